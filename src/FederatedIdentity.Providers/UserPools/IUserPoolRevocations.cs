namespace FederatedIdentity.Providers.UserPools;

/// <summary>
/// Knows of tokens that their user pool no longer stands by although the user is still there: no call of the user pool API tells
/// anybody else about a global sign-out.
/// </summary>
internal interface IUserPoolRevocations
{
    Task<Standing> AskAsync(UserPoolName pool, RevocableToken token, CancellationToken ct);
}

/// <summary>
/// What a revocation is decided by. <paramref name="OriginId"/> is <c>origin_jti</c>, which all tokens of one sign-in share, if the pool
/// writes it; the times are epoch seconds.
/// </summary>
internal sealed record RevocableToken(string Subject, string? OriginId, double? AuthenticatedAt, double? IssuedAt);

/// <summary>For operators who know of no revocations.</summary>
internal sealed class NoRevocations : IUserPoolRevocations
{
    public Task<Standing> AskAsync(UserPoolName pool, RevocableToken token, CancellationToken ct) =>
        Task.FromResult<Standing>(new Standing.Good());
}
