using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers.Amazon;
using FederatedIdentity.Providers.Engines;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Providers;

/// <summary>Login with Amazon: an access token that Amazon says was made for the pool's client or application.</summary>
/// <remarks>
/// https://developer.amazon.com/docs/login-with-amazon/access-token.html
/// https://developer.amazon.com/docs/login-with-amazon/obtain-customer-profile.html
/// </remarks>
internal sealed class AmazonProvider(OpaqueTokens tokens, OutboundHttp http, IOptions<ProvidersOptions> options, TimeProvider time)
    : ILoginProvider
{
    public const string Kind = "amazon";

    public const string Key = "www.amazon.com";

    /// <summary>Documented: at most 2048 bytes.</summary>
    private const int LongestToken = 2048;

    private const string RefreshTokenPrefix = "Atzr|";

    private readonly AmazonOptions _options = options.Value.Amazon;
    private readonly LwaApi _api = new(http, options.Value.Amazon);

    public bool Serves(string loginKey, Pool pool) => loginKey == Key;

    public async ValueTask<LoginVerdict> VerifyAsync(string loginKey, ProviderToken token, Pool pool, CancellationToken ct)
    {
        // A value that is neither form leaves nothing to compare a token with, so it opens nothing.
        if (!pool.SupportedLoginProviders.TryGetValue(Key, out var app) || !AppIds.IsAmazon(app))
        {
            return new LoginVerdict.Rejected(LoginSentences.UnsupportedProvider, "the pool has no Amazon client or app id");
        }

        var text = token.Reveal;
        if (!OpaqueText.IsPlausible(text, LongestToken) || !IsAccessToken(text))
        {
            return new LoginVerdict.Rejected(LoginSentences.Invalid, "not an access token");
        }

        var asked = $"{_options.Endpoint}\n{_options.Profile}\n{app}";
        var result = await tokens.JudgeAsync(Kind, asked, token, asking => AskAsync(text, app, asking), ct);
        return result.ToVerdict(Key, app);
    }

    /// <summary>A cheap filter and no proof. A refresh token is never passed on, whatever beginning is configured.</summary>
    private bool IsAccessToken(string token) =>
        token.StartsWith(_options.TokenPrefix, StringComparison.Ordinal)
        && !token.StartsWith(RefreshTokenPrefix, StringComparison.OrdinalIgnoreCase);

    private async Task<OpaqueResult> AskAsync(string token, string app, CancellationToken ct)
    {
        var (answer, trouble) = await _api.TokenInfoAsync(token, ct);
        var result = trouble ?? TokenFacts.Judge(answer, app, time.GetUtcNow());
        return result is OpaqueResult.Valid valid && _options.Profile ? await ConfirmAsync(token, valid, ct) : result;
    }

    /// <summary>The token has to open the profile of the same user.</summary>
    private async Task<OpaqueResult> ConfirmAsync(string token, OpaqueResult.Valid valid, CancellationToken ct)
    {
        var (profile, trouble) = await _api.ProfileAsync(token, ct);
        return trouble
            ?? (JsonAnswer.Text(profile, "user_id") == valid.Subject
                ? valid
                : new OpaqueResult.Invalid(LoginSentences.Invalid, "tokeninfo and profile name different users"));
    }
}
