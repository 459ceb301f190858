using System.Text.Json;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Providers.Engines;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Providers.UserPools;

/// <summary>
/// What a pool's <c>ServerSideTokenCheck</c> demands of a token that was verified: that its user exists, is enabled and was not signed
/// out. What was found out counts for a minute at most.
/// </summary>
internal sealed class ServerSideTokenCheck(
    UserPoolUsers users, IUserPoolRevocations revocations, OpaqueTokens memory, IOptions<ProvidersOptions> options, TimeProvider time)
{
    private const int LongestUsername = 128;

    internal static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    private readonly UserPoolsOptions _options = options.Value.UserPools;

    /// <summary>Null when the login stands.</summary>
    public async ValueTask<LoginVerdict?> ObjectionAsync(
        UserPoolName pool, ProviderToken token, IdTokenResult.Valid login, CancellationToken ct)
    {
        // A signed token without a user name is no user's, and there is nobody to ask about.
        if (Text(login.Claims, "cognito:username") is not { Length: > 0 and <= LongestUsername } username)
        {
            return new LoginVerdict.Rejected(LoginSentences.MissingClaim("cognito:username"), "no cognito:username");
        }

        var asked = $"{_options.Endpoint}\n{_options.CheckEndpoint}\n{_options.RevocationEndpoint}\n{_options.AccessKeyId}\n{pool.Key}";
        var result = await memory.JudgeAsync(UserPoolProvider.Kind, asked, token, asking => AskAsync(pool, username, login, asking), ct);
        return result switch
        {
            OpaqueResult.Valid => null,
            OpaqueResult.Invalid invalid => new LoginVerdict.Rejected(invalid.Sentence, invalid.Detail),
            OpaqueResult.Unavailable unavailable => new LoginVerdict.Unreachable(unavailable.Detail),
            _ => throw new InvalidOperationException(result.ToString()),
        };
    }

    internal async Task<OpaqueResult> AskAsync(UserPoolName pool, string username, IdTokenResult.Valid login, CancellationToken ct)
    {
        var asked = time.GetUtcNow();
        var standing = await users.AskAsync(pool, username, login.Subject, ct);
        if (standing is Standing.Good)
        {
            standing = await revocations.AskAsync(pool, Revocable(login), ct);
        }

        return standing switch
        {
            Standing.Good => new OpaqueResult.Valid(login.Subject, LoginClaims.None, asked + Lifetime), // The token has its claims.
            Standing.Lost lost => new OpaqueResult.Invalid(LoginSentences.Inactive, lost.Detail),
            Standing.Unknown unknown => new OpaqueResult.Unavailable(unknown.Detail),
            _ => throw new InvalidOperationException(standing.ToString()),
        };
    }

    private static RevocableToken Revocable(IdTokenResult.Valid login) => new(
        login.Subject, Text(login.Claims, "origin_jti"), Seconds(login.Claims, "auth_time"), Seconds(login.Claims, "iat"));

    private static string? Text(LoginClaims claims, string name) =>
        claims[name] is { ValueKind: JsonValueKind.String } claim ? claim.GetString() : null;

    private static double? Seconds(LoginClaims claims, string name) =>
        claims[name] is { ValueKind: JsonValueKind.Number } claim ? claim.GetDouble() : null;
}
