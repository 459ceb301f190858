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
        Pool pool, Dictionary<string, string?>? logins, CallContext call, CancellationToken ct)
    {
        if (logins is null or { Count: 0 })
        {
            return Array.Empty<VerifiedLogin>();
        }

        if (await RefuseByKeyAsync(pool, logins, ct) is { } refused)
        {
            return refused;
        }

        if (logins.Count == 1)
        {
            var (key, token) = First(logins);
            var judging = JudgeAsync(key, token!, pool, ct);
            var verdict = judging.IsCompletedSuccessfully ? judging.Result : await call.OutsideAsync(key, judging.AsTask());
            return ErrorOf(key, verdict) is { } error ? error : new[] { VerifiedLogin.Of((LoginVerdict.Verified)verdict) };
        }

        return await VerifyAllAsync(pool, logins, call, ct);
    }

    private async ValueTask<Outcome<VerifiedLogin[]>> VerifyAllAsync(
        Pool pool, Dictionary<string, string?> logins, CallContext call, CancellationToken ct)
    {
        var verdicts = await JudgeAllAsync(pool, logins, call, ct);
        foreach (var (key, verdict) in logins.Keys.Zip(verdicts))
        {
            if (ErrorOf(key, verdict) is { } error)
            {
                return error;
            }
        }

        return Array.ConvertAll(verdicts, verdict => VerifiedLogin.Of((LoginVerdict.Verified)verdict));
    }

    /// <summary>Null for a login that is verified.</summary>
    private static ApiError? ErrorOf(string key, LoginVerdict verdict) => verdict switch
    {
        LoginVerdict.Verified => null,
        LoginVerdict.Rejected rejected => ApiError.NotAuthorized(rejected.Sentence),
        LoginVerdict.Unreachable => ApiError.ExternalService(key),
        _ => throw new UnreachableException(),
    };

    /// <summary>All at once, so that the slowest provider decides how long it takes; the answers are in request order.</summary>
    private async ValueTask<LoginVerdict[]> JudgeAllAsync(
        Pool pool, Dictionary<string, string?> logins, CallContext call, CancellationToken ct)
    {
        var all = Task.WhenAll(logins.Select(login => JudgeAsync(login.Key, login.Value!, pool, ct).AsTask()));
        try
        {
            return await call.OutsideAsync(logins.Keys.First(), all); // One of many logins names whom it waits for well enough.
        }
        catch when (all.Exception is { InnerExceptions.Count: > 1 } several)
        {
            throw several; // Awaiting shows only the first of them.
        }
    }

    // Async, so that what a provider throws before its first await is its task's exception too.
    private async ValueTask<LoginVerdict> JudgeAsync(string key, string token, Pool pool, CancellationToken ct) =>
        await ProviderOf(key, pool).VerifyAsync(key, new ProviderToken(token), pool, ct);

    private ILoginProvider ProviderOf(string key, Pool pool)
    {
        foreach (var candidate in _providers)
        {
            if (candidate.Serves(key, pool))
            {
                return candidate;
            }
        }

        throw new UnreachableException("The last provider serves every key.");
    }

    private static KeyValuePair<string, string?> First(Dictionary<string, string?> logins)
    {
        using var each = logins.GetEnumerator();
        return each.MoveNext() ? each.Current : throw new UnreachableException();
    }

    /// <summary>What the keys decide, before any login is verified.</summary>
    private async ValueTask<ApiError?> RefuseByKeyAsync(Pool pool, Dictionary<string, string?> logins, CancellationToken ct)
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
