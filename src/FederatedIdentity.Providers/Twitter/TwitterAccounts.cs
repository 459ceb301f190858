using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers.Engines;

namespace FederatedIdentity.Providers.Twitter;

/// <summary>
/// Asks a vendor that speaks Twitter's OAuth 1.0a whose a token is. The call is signed with the pool's own consumer pair, so a token of
/// another app fails at the vendor, and it goes where the settings say: nothing of a token is ever an address or a header.
/// </summary>
internal sealed class TwitterAccounts(OpaqueTokens tokens, OutboundHttp http, TimeProvider clock)
{
    private readonly OAuthSigner _signer = new(clock);

    public async ValueTask<LoginVerdict> VerifyAsync(
        string kind, string loginKey, TwitterOptions options, ProviderToken token, Pool pool, CancellationToken ct)
    {
        if (!pool.SupportedLoginProviders.TryGetValue(loginKey, out var configured))
        {
            return new LoginVerdict.Rejected(LoginSentences.UnsupportedProvider, "provider is not configured");
        }

        if (options.VerifyUrl is not { } url)
        {
            return new LoginVerdict.Unreachable("no endpoint is set");
        }

        if (ConsumerPair.Parse(configured) is not { } consumer)
        {
            return new LoginVerdict.Rejected(LoginSentences.UnsupportedProvider, "the pool's value is not key;secret");
        }

        if (UserToken.Parse(token) is not { } user)
        {
            return new LoginVerdict.Rejected(LoginSentences.Invalid, "not token;secret");
        }

        // The audience is the consumer key alone. The real service documents key and secret as the default tag "client"; the secret
        // never leaves here.
        OpaqueResult.Valid Valid(string subject) =>
            new(subject, OpaqueResultExtensions.PlainClaims(loginKey, consumer.Key, subject), ExpiresAt: null);
        var call = new OutboundRequest(kind, url, OutboundRequest.TokenAnswer)
        {
            Sign = () => _signer.Sign(HttpMethod.Get, url, consumer, user),
        };
        var result = await tokens.JudgeAsync(
            kind, $"{url}\n{options.SubjectPath}\n{configured}", token, aborted => AskAsync(call, options.SubjectNames, Valid, aborted), ct);
        return result.ToVerdict(loginKey, consumer.Key);
    }

    private async Task<OpaqueResult> AskAsync(
        OutboundRequest call, string[] subjectNames, Func<string, OpaqueResult.Valid> valid, CancellationToken ct) =>
        await http.SendAsync(call, ct) switch
        {
            FetchResult.Ok answer => TwitterAnswer.Read(answer, subjectNames, valid),
            FetchResult.Failed failed => new OpaqueResult.Unavailable(failed.Detail),
            var other => throw new InvalidOperationException(other.GetType().Name),
        };
}
