using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers.Engines;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Providers;

/// <summary>
/// Sign in with Apple: an identity token made for the pool's services id or bundle id. The e-mail address is never the user.
/// </summary>
/// <remarks>
/// https://developer.apple.com/documentation/signinwithapple/verifying-a-user — ES256, which that page speaks of, is what an app signs
/// its own client secret with; identity tokens are RS256.
/// </remarks>
internal sealed class AppleProvider(IIdTokenVerifier idTokens, IOptions<ProvidersOptions> options) : ILoginProvider
{
    public const string Kind = "apple";

    public const string Key = "appleid.apple.com";

    private const string Issuer = "https://appleid.apple.com";

    private static readonly string[] Issuers = [Issuer];
    private static readonly HashSet<string> Algorithms = ["RS256"];

    private readonly KeySource _keys = KeysOf(options.Value);

    public static KeySource KeysOf(ProvidersOptions options) => KeySource.Discovery(Kind, options.Apple.Discovery, Issuer, []);

    public bool Serves(string loginKey, Pool pool) => loginKey == Key;

    public async ValueTask<LoginVerdict> VerifyAsync(string loginKey, ProviderToken token, Pool pool, CancellationToken ct)
    {
        var trust = new IdTokenTrust(Issuers, _keys, PoolClients.Of(pool, Key), Algorithms);
        return await idTokens.VerifyAsync(token, trust, ct) switch
        {
            IdTokenResult.Valid valid => new LoginVerdict.Verified(
                new Login(LoginKind.Public, Key, valid.Subject), $"{Key}:{valid.ClientId}:{valid.Subject}", valid.Claims),
            var refused => refused.ToVerdict(),
        };
    }
}
