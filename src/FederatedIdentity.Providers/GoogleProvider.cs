using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers.Engines;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Providers;

/// <summary>Sign in with Google: an ID token made for one of the pool's client ids, or for the pool's app on another platform.</summary>
/// <remarks>https://developers.google.com/identity/gsi/web/guides/verify-google-id-token</remarks>
internal sealed class GoogleProvider(IIdTokenVerifier idTokens, IOptions<ProvidersOptions> options) : ILoginProvider
{
    public const string Kind = "google";

    public const string Key = "accounts.google.com";

    // Google issues both, and its own libraries accept exactly these two.
    private static readonly string[] Issuers = ["https://accounts.google.com", "accounts.google.com"];
    private static readonly HashSet<string> Algorithms = ["RS256"];

    private readonly KeySource _keys = KeysOf(options.Value);

    public static KeySource KeysOf(ProvidersOptions options) =>
        KeySource.Discovery(Kind, options.Google.Discovery, "https://accounts.google.com", ["www.googleapis.com"]);

    public bool Serves(string loginKey, Pool pool) => loginKey == Key;

    public async ValueTask<LoginVerdict> VerifyAsync(string loginKey, ProviderToken token, Pool pool, CancellationToken ct)
    {
        var trust = new IdTokenTrust(Issuers, _keys, PoolClients.Of(pool, Key), Algorithms, IsSameProject);
        return await idTokens.VerifyAsync(token, trust, ct) switch
        {
            IdTokenResult.Valid valid => new LoginVerdict.Verified(
                new Login(LoginKind.Public, Key, valid.Subject), $"{Key}:{valid.ClientId}:{valid.Subject}", valid.Claims),
            var refused => refused.ToVerdict(),
        };
    }

    /// <summary>
    /// An Android or iOS client of the same project presents tokens for the web client; its id starts with the same project number.
    /// A service account's azp is all digits: anyone may own one and have Google sign a token for any audience.
    /// </summary>
    private static bool IsSameProject(string azp, IReadOnlyList<string> clientIds) =>
        ProjectOf(azp) is { Length: > 0 } project && clientIds.Any(clientId => ProjectOf(clientId) == project);

    private static string ProjectOf(string clientId)
    {
        var dash = clientId.IndexOf('-', StringComparison.Ordinal);
        var project = dash > 0 ? clientId[..dash] : "";
        return project.All(char.IsAsciiDigit) ? project : "";
    }
}
