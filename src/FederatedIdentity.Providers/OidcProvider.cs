using System.Runtime.CompilerServices;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers.Engines;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Providers;

/// <summary>
/// Any issuer that the pool names by the ARN of an IAM OIDC provider. Comes last and serves every key: one that nobody configured
/// is judged too, and refused, so that the client learns first whether the token fits the key at all, as from the real service.
/// </summary>
internal sealed class OidcProvider(IIdTokenVerifier idTokens, IOptions<ProvidersOptions> options) : ILoginProvider
{
    public const string Kind = "oidc";

    // The real service verifies RSA alone; the other signatures are an extension.
    private static readonly HashSet<string> Algorithms =
        ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    // A registration never changes, and lives as long as the snapshot of its pool: what follows from it is worked out once.
    private readonly ConditionalWeakTable<OpenIdConnectProvider, IdTokenTrust> _trust = [];

    private readonly string[] _keyHosts = [.. options.Value.KeyHosts];

    public bool Serves(string loginKey, Pool pool) => true;

    public async ValueTask<LoginVerdict> VerifyAsync(string loginKey, ProviderToken token, Pool pool, CancellationToken ct)
    {
        var provider = Find(pool, loginKey);
        var trust = provider is null ? TrustOfNobody(loginKey) : TrustOf(provider);
        if (pool.TakesPoolTokens)
        {
            trust = trust with { TakesPoolTokens = true };
        }

        return await idTokens.VerifyAsync(token, trust, ct) switch
        {
            IdTokenResult.Valid valid => new LoginVerdict.Verified(
                new Login(LoginKind.Public, loginKey, valid.Subject), $"{provider!.Arn}:OIDC:{valid.Subject}", valid.Claims),
            var refused => refused.ToVerdict(),
        };
    }

    private static OpenIdConnectProvider? Find(Pool pool, string loginKey)
    {
        for (var place = 0; place < pool.OpenIdConnectProviders.Count; place++)
        {
            if (pool.OpenIdConnectProviders[place].LoginKey == loginKey)
            {
                return pool.OpenIdConnectProviders[place];
            }
        }

        return null;
    }

    private IdTokenTrust TrustOf(OpenIdConnectProvider provider)
    {
        if (!_trust.TryGetValue(provider, out var trust))
        {
            trust = new([provider.Url], KeysOf(provider.Url, provider.Thumbprints), provider.ClientIds, Algorithms);
            _trust.AddOrUpdate(provider, trust);
        }

        return trust;
    }

    /// <summary>
    /// Without a registration there are no client ids, so the audience is refused before the keys would be asked for; until then either
    /// scheme is the one that the key left out.
    /// </summary>
    private IdTokenTrust TrustOfNobody(string loginKey)
    {
        var issuer = "https://" + loginKey;
        return new([issuer, "http://" + loginKey], KeysOf(issuer, []), [], Algorithms);
    }

    private KeySource KeysOf(string issuer, IReadOnlyCollection<string> thumbprints) =>
        KeySource.Discovery(Kind, KeySource.WellKnown(issuer), issuer, _keyHosts) with { Thumbprints = Thumbprints.Of(thumbprints) };
}
