using System.Diagnostics;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.Server.Operations;

/// <summary>
/// Turns a Logins map into verified logins, in request order. Every entry must verify: one bad token fails the call, so that
/// nothing is ever linked on half a proof.
/// </summary>
internal sealed class LoginVerifier(IEnumerable<ILoginProvider> providers)
{
    /// <summary>The key under which our own tokens travel; never accepted where a login is to be proven.</summary>
    public const string CognitoKey = "cognito-identity.amazonaws.com";

    private readonly ILoginProvider[] _providers = [.. providers];

    public async ValueTask<Outcome<VerifiedLogin[]>> VerifyAsync(
        Pool pool, IReadOnlyDictionary<string, string?>? logins, CallContext call, CancellationToken ct)
    {
        if (logins is null or { Count: 0 })
        {
            return Array.Empty<VerifiedLogin>();
        }

        if (await RefuseByKeyAsync(pool, logins, ct) is { } refused)
        {
            return refused;
        }

        var verified = new VerifiedLogin[logins.Count];
        var next = 0;
        foreach (var (key, verdict) in await JudgeAllAsync(pool, logins, call, ct))
        {
            switch (verdict)
            {
                case LoginVerdict.Verified login:
                    verified[next++] = VerifiedLogin.Of(login);
                    break;
                case LoginVerdict.Rejected rejected:
                    return ApiError.NotAuthorized(rejected.Sentence);
                case LoginVerdict.Unreachable:
                    return ApiError.ExternalService(key);
                default:
                    throw new UnreachableException();
            }
        }

        return verified;
    }

    /// <summary>All at once, so that the slowest provider decides how long it takes; the answers are in request order.</summary>
    private async ValueTask<(string Key, LoginVerdict Verdict)[]> JudgeAllAsync(
        Pool pool, IReadOnlyDictionary<string, string?> logins, CallContext call, CancellationToken ct)
    {
        if (logins.Count == 1)
        {
            var (key, token) = logins.First();
            var judging = JudgeAsync(key, token!);
            return [judging.IsCompletedSuccessfully ? judging.Result : await call.OutsideAsync(key, judging.AsTask())];
        }

        var all = Task.WhenAll(logins.Select(login => JudgeAsync(login.Key, login.Value!).AsTask()));
        try
        {
            return await call.OutsideAsync(logins.Keys.First(), all); // One of many logins names whom it waits for well enough.
        }
        catch when (all.Exception is { InnerExceptions.Count: > 1 } several)
        {
            throw several; // Awaiting shows only the first of them.
        }

        // Async, so that what a provider throws before its first await is its task's exception too.
        async ValueTask<(string, LoginVerdict)> JudgeAsync(string key, string token) =>
            (key, await ProviderOf(key, pool).VerifyAsync(key, new ProviderToken(token), pool, ct));
    }

    private ILoginProvider ProviderOf(string key, Pool pool) =>
        Array.Find(_providers, candidate => candidate.Serves(key, pool))
        ?? throw new UnreachableException("The last provider serves every key.");

    /// <summary>What the keys decide, before any login is verified.</summary>
    private async ValueTask<ApiError?> RefuseByKeyAsync(Pool pool, IReadOnlyDictionary<string, string?> logins, CancellationToken ct)
    {
        if (logins.ContainsKey(CognitoKey))
        {
            return logins.Count > 1
                ? ApiError.InvalidParameter($"{CognitoKey} cannot be combined with other logins.")
                : ApiError.NotAuthorized(LoginSentences.CognitoToken);
        }

        // A developer's user is named by the developer's signed call alone: anybody could write any user id here.
        if (pool.DeveloperProviderName is { } developer && logins.TryGetValue(developer, out var token))
        {
            // A developer's client that passes the token of its backend on under the wrong key is told so.
            return await ProviderOf(developer, pool).VerifyAsync(developer, new ProviderToken(token!), pool, ct)
                is LoginVerdict.Rejected { Sentence: LoginSentences.CognitoToken }
                ? ApiError.NotAuthorized(LoginSentences.CognitoToken)
                : ApiError.InvalidParameter("Please provide a valid public provider");
        }

        return pool.HasIdentityProviders
            ? null
            : ApiError.NotAuthorized($"Identity pool - {pool.Id} does not have identity providers configured.");
    }
}
