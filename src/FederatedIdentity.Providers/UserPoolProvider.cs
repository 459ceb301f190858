using System.Text.Json;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers.Engines;
using FederatedIdentity.Providers.UserPools;

namespace FederatedIdentity.Providers;

/// <summary>
/// A Cognito user pool: an ID token made for an app client that the identity pool lists under this very user pool. Its claims may name
/// roles, which no other provider's may.
/// </summary>
/// <remarks>
/// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
/// </remarks>
internal sealed class UserPoolProvider(IIdTokenVerifier idTokens, UserPoolAddresses addresses, ServerSideTokenCheck check) : ILoginProvider
{
    public const string Kind = "user-pool";

    private const string AwsHosts = "cognito-idp.";

    private static readonly HashSet<string> Algorithms = ["RS256"];

    /// <summary>
    /// A user pool that nobody configured is one all the same, and refused as one, unless it is registered as an ordinary OpenID
    /// Connect issuer: then it is that, and its claims name no roles.
    /// </summary>
    public bool Serves(string loginKey, Pool pool) =>
        HasClient(pool, loginKey) || (loginKey.StartsWith(AwsHosts, StringComparison.Ordinal) && !IsRegistered(pool, loginKey));

    public async ValueTask<LoginVerdict> VerifyAsync(string loginKey, ProviderToken token, Pool pool, CancellationToken ct)
    {
        var userPool = UserPoolName.TryParse(loginKey);

        // Clients of this user pool alone: another's client id could be anybody's. A key that names no user pool has no clients.
        var clients = userPool is null ? [] : pool.CognitoIdentityProviders.Where(client => client.ProviderName == loginKey).ToArray();
        var trust = new IdTokenTrust(
            UserPoolAddresses.IssuersOf(loginKey, userPool),
            KeySource.Keys(Kind, userPool is null ? "" : addresses.KeysOf(userPool)),
            [.. clients.Select(client => client.ClientId)],
            Algorithms);
        return await idTokens.VerifyAsync(token, trust, ct) switch
        {
            IdTokenResult.Valid valid => await JudgeAsync(userPool!, clients, token, valid, ct),
            var refused => refused.ToVerdict(),
        };
    }

    private static bool HasClient(Pool pool, string loginKey)
    {
        for (var place = 0; place < pool.CognitoIdentityProviders.Count; place++)
        {
            if (pool.CognitoIdentityProviders[place].ProviderName == loginKey)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsRegistered(Pool pool, string loginKey) => pool.OpenIdConnectProviders.Any(provider => provider.LoginKey == loginKey);

    private async ValueTask<LoginVerdict> JudgeAsync(
        UserPoolName userPool, CognitoIdentityProvider[] clients, ProviderToken token, IdTokenResult.Valid valid, CancellationToken ct)
    {
        // Another use than an ID token's is refused by the engine; here its absence is, too: every token of a user pool says what it is.
        if (valid.Claims["token_use"] is not { ValueKind: JsonValueKind.String })
        {
            return new LoginVerdict.Rejected(LoginSentences.MissingClaim("token_use"), "no token_use");
        }

        if (IsDemanded(clients, valid) && await check.ObjectionAsync(userPool, token, valid, ct) is { } objection)
        {
            return objection;
        }

        var login = new Login(LoginKind.Public, userPool.Key, valid.Subject);
        return new LoginVerdict.Verified(login, $"{userPool.Key}:CognitoSignIn:{valid.Subject}", valid.Claims) { NamesRoles = true };
    }

    /// <summary>The client decides that the token was made for. One for several is checked if any of them would be.</summary>
    private static bool IsDemanded(CognitoIdentityProvider[] clients, IdTokenResult.Valid valid)
    {
        var one = valid.Claims["aud"] is { ValueKind: JsonValueKind.String } audience && audience.ValueEquals(valid.ClientId);
        return Array.Exists(clients, client => client.ServerSideTokenCheck && (!one || client.ClientId == valid.ClientId));
    }
}
