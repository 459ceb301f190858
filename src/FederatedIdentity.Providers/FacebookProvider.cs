using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers.Engines;
using FederatedIdentity.Providers.Facebook;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Providers;

/// <summary>
/// Facebook Login: a user access token that Facebook says was made for the pool's app, and, when switched on, an ID token of its
/// Limited Login. Both name the same user id.
/// </summary>
/// <remarks>
/// https://developers.facebook.com/docs/facebook-login/guides/access-tokens/debugging
/// https://developers.facebook.com/docs/facebook-login/limited-login/token/validating
/// </remarks>
internal sealed class FacebookProvider(
    OpaqueTokens tokens, OutboundHttp http, IIdTokenVerifier idTokens, IOptions<ProvidersOptions> options, TimeProvider time)
    : ILoginProvider
{
    public const string Kind = "facebook";

    public const string Key = "graph.facebook.com";

    /// <summary>Facebook warns that tokens grow; today's have about 250 characters.</summary>
    private const int LongestToken = 4096;

    private static readonly string[] Issuers = ["https://www.facebook.com"];
    private static readonly HashSet<string> Algorithms = ["RS256"];

    private readonly FacebookOptions _options = options.Value.Facebook;
    private readonly UserAccessTokens _accessTokens = new(new GraphApi(http, options.Value.Facebook), time);
    private readonly KeySource _keys = KeySource.Keys(Kind, options.Value.Facebook.LimitedLoginKeys);

    public bool Serves(string loginKey, Pool pool) => loginKey == Key;

    public async ValueTask<LoginVerdict> VerifyAsync(string loginKey, ProviderToken token, Pool pool, CancellationToken ct)
    {
        if (!pool.SupportedLoginProviders.TryGetValue(Key, out var appId) || !AppIds.IsFacebook(appId))
        {
            return new LoginVerdict.Rejected(LoginSentences.UnsupportedProvider, "the pool has no Facebook app id");
        }

        // By its form a token is one or the other; what fails as one is not tried as the other.
        return LimitedLogin.IsIdToken(token.Reveal)
            ? await VerifyIdTokenAsync(token, appId, ct)
            : await VerifyAccessTokenAsync(token, appId, ct);
    }

    /// <summary>A good token of either kind, with all that is told about its user.</summary>
    public static OpaqueResult.Valid Valid(string appId, string user, DateTimeOffset? expires) =>
        new(user, OpaqueResultExtensions.PlainClaims(Key, appId, user), expires);

    private async ValueTask<LoginVerdict> VerifyAccessTokenAsync(ProviderToken token, string appId, CancellationToken ct)
    {
        var text = token.Reveal;
        if (!OpaqueText.IsPlausible(text, LongestToken) || IsOfApp(text))
        {
            return new LoginVerdict.Rejected(LoginSentences.Invalid, "not a user access token");
        }

        SecretKey? secret = _options.AppSecrets.TryGetValue(appId, out var configured) ? new SecretKey(configured) : null;
        var app = $"{_options.Endpoint}\n{_options.Version}\n{appId}{(secret is null ? "" : $"|{configured}")}";
        var result = await tokens.JudgeAsync(Kind, app, token, asking => _accessTokens.AskAsync(text, appId, secret, asking), ct);
        return result.ToVerdict(Key, appId);
    }

    /// <summary>
    /// <c>id|secret</c>, the app's own token, or <c>id|client token</c>: no user's, and asking about it would tell who guesses secrets
    /// whether he is right.
    /// </summary>
    private static bool IsOfApp(string token) => token.Contains('|', StringComparison.Ordinal);

    private async ValueTask<LoginVerdict> VerifyIdTokenAsync(ProviderToken token, string appId, CancellationToken ct)
    {
        if (!_options.LimitedLogin)
        {
            return new LoginVerdict.Rejected(LoginSentences.Invalid, "an ID token, and Limited Login is not switched on");
        }

        return await idTokens.VerifyAsync(token, new IdTokenTrust(Issuers, _keys, [appId], Algorithms), ct) switch
        {
            IdTokenResult.Valid valid => Valid(appId, valid.Subject, expires: null).ToVerdict(Key, appId),
            var refused => refused.ToVerdict(),
        };
    }
}
