using System.Diagnostics;
using System.Text.Json;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Jose;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Server.OpenId;
using FederatedIdentity.Storage.Postgres;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Sts;

/// <summary>
/// Verifies the web identity tokens that STS takes: our own, and those of OIDC providers that the role's account has registered.
/// </summary>
internal sealed class WebIdentityVerifier(
    OwnTokenVerifier ownTokens,
    IEnumerable<ILoginProvider> providers,
    NpgsqlPrincipals store,
    IOptions<DeploymentOptions> deployment,
    TimeProvider clock)
{
    private readonly ILoginProvider[] _providers = [.. providers];

    public async ValueTask<Outcome<WebIdentity>> VerifyAsync(string token, string accountId, CallContext call, CancellationToken ct)
    {
        switch (await ownTokens.VerifyAsync(token, ct))
        {
            case OwnToken.Valid valid:
                return WebIdentity.OfOurs(valid.Claims);
            case OwnToken.Expired expired:
                return StsErrors.Expired(expired.Now, expired.Expiry);
            case OwnToken.Rejected { IsForeign: false }:
                return StsErrors.Unverified;
        }

        if (Jws.TryParse(token, out var jws, allowJwsType: true) is not null || IssuerOf(jws!.Claims) is not { } issuer)
        {
            return StsErrors.NotAJwt;
        }

        return issuer.All(RoleArn.IsVisible) && await FindProviderAsync(issuer, accountId, ct) is { } provider
            ? await VerifyAsync(token, jws.Claims, provider, accountId, call, ct)
            : StsErrors.NoProvider(issuer);
    }

    private async ValueTask<OpenIdConnectProvider?> FindProviderAsync(string issuer, string accountId, CancellationToken ct) =>
        issuer.Contains("://", StringComparison.Ordinal)
            ? await store.FindOidcProviderAsync(
                deployment.Value.OpenIdConnectProviderArn(accountId, OpenIdConnectProvider.KeyOf(issuer)), issuer, ct)
            : null;

    private async ValueTask<Outcome<WebIdentity>> VerifyAsync(
        string token, JsonElement claims, OpenIdConnectProvider provider, string accountId, CallContext call, CancellationToken ct)
    {
        // A pool that trusts this provider and nobody else: the rules of a login are those of a web identity.
        var pool = new Pool(
            new PoolId(""), accountId, false, null, null, new Dictionary<string, string>(), [], [provider], [provider.Arn], [])
        {
            TakesPoolTokens = true, // Another server of this kind may have us as its STS.
        };
        var serving = Array.Find(_providers, candidate => candidate.Serves(provider.LoginKey, pool))
            ?? throw new UnreachableException("The last provider serves every key.");
        var verifying = serving.VerifyAsync(provider.LoginKey, new ProviderToken(token), pool, ct).AsTask();
        return await call.OutsideAsync(provider.LoginKey, verifying) switch
        {
            LoginVerdict.Verified login => WebIdentity.OfProvider(provider, login, claims)
                ?? (Outcome<WebIdentity>)StsErrors.InvalidIdentityToken("The token asks for session tags or a source identity that are not valid."),
            LoginVerdict.Unreachable => StsErrors.Communication,
            LoginVerdict.Rejected rejected => ErrorOf(rejected, claims),
            _ => throw new UnreachableException(),
        };
    }

    private ApiError ErrorOf(LoginVerdict.Rejected rejected, JsonElement claims) => rejected.Sentence switch
    {
        LoginSentences.UnsupportedProvider => StsErrors.WrongAudience,
        LoginSentences.Unverified => StsErrors.Unverified,
        LoginSentences.NotAnIdToken => StsErrors.NotAJwt,
        var sentence when sentence.Contains("Token expired", StringComparison.Ordinal) => StsErrors.Expired(
            clock.GetUtcNow().ToUnixTimeSeconds(), claims.GetProperty("exp").TryGetInt64(out var expiry) ? expiry : 0),
        var sentence => StsErrors.InvalidIdentityToken(sentence),
    };

    private static string? IssuerOf(JsonElement claims) =>
        claims.TryGetProperty("iss", out var issuer) && issuer.ValueKind == JsonValueKind.String ? issuer.GetString() : null;
}
