using System.Text.Json.Nodes;
using FederatedIdentity.IntegrationTests.Sts;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>Users of a real user pool emulator, who sign in there and come here with what it gave them.</summary>
[Collection(nameof(IdTokenServerTests))]
public sealed class UserPoolLoginTests(IdTokenServer server)
{
    private const string Host = "cognito-idp.us-east-1.amazonaws.com";
    private const string Key = $"{Host}/{CognitoLocalPeer.Pool}";
    private const string OtherKey = $"{Host}/{CognitoLocalPeer.OtherPool}";
    private const string Chosen = "arn:aws:iam::000000000000:role/Chosen";
    private const string Unsupported = "Token is not from a supported provider of this identity pool.";
    private const string IssuerMismatch = "Invalid login token. Issuer doesn't match providerName";

    private static int _users;

    [Fact]
    public async Task A_user_is_one_identity_and_our_token_says_how_he_signed_in()
    {
        var (pool, client, user) = await NewAsync();
        var first = await server.UserPools.SignInAsync(user, client);
        var id = await server.IdAsync(pool, Key, first.Id);

        var answer = await server.GetTokenAsync(id, Key, (await server.UserPools.SignInAsync(user, client)).Id);

        Assert.Equal(id, answer["IdentityId"]);
        Assert.Equal(
            ["authenticated", Key, $"{Key}:CognitoSignIn:{Claims(first.Id)["sub"]}"],
            Claims(answer["Token"])["amr"]!.AsArray().Select(entry => entry!.GetValue<string>()));
        Assert.DoesNotContain(first.Id.Split('.')[2], server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(IdTokenServer.OperatorSecret, server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task P34_P35_tokens_of_another_pool_client_or_region_open_nothing_though_one_key_signed_them_all()
    {
        var (_, client, user) = await NewAsync();
        var otherClient = await server.UserPools.ClientAsync(CognitoLocalPeer.OtherPool);
        await server.UserPools.SignUpAsync(user, CognitoLocalPeer.OtherPool);
        var other = (await server.UserPools.SignInAsync(user, otherClient)).Id;
        var mine = (await server.UserPools.SignInAsync(user, client)).Id;
        var pool = await PoolWithAsync((Key, client, false));
        var both = await PoolWithAsync((Key, client, false), (OtherKey, otherClient, false));

        Refused(IssuerMismatch, await server.GetIdAsync(pool, Key, other));
        Refused(Unsupported, await server.GetIdAsync(pool, OtherKey, other));
        Refused(IssuerMismatch, await server.GetIdAsync(pool, OtherKey, mine));
        Refused(Unsupported, await server.GetIdAsync(await PoolWithAsync((Key, otherClient, false)), Key, mine));
        Refused(IssuerMismatch, await server.GetIdAsync(pool, Key, CognitoLocalPeer.Resign(
            mine, claims => claims["iss"] = $"https://cognito-idp.eu-west-1.amazonaws.com/{CognitoLocalPeer.Pool}")));
        Refused(Unsupported, await server.GetIdAsync(both, Key, CognitoLocalPeer.Resign(mine, claims => claims["aud"] = otherClient)));
        Refused(IssuerMismatch, await server.GetIdAsync(pool, $"{Host}/us-east-1_Typo00001", mine));
        Assert.NotEqual(await server.IdAsync(both, Key, mine), await server.IdAsync(both, OtherKey, other));
    }

    [Fact]
    public async Task C17_access_and_refresh_tokens_are_no_logins()
    {
        var (pool, client, user) = await NewAsync();
        var tokens = await server.UserPools.SignInAsync(user, client);

        Refused("Invalid login token. Missing a required claim: aud", await server.GetIdAsync(pool, Key, tokens.Access));
        Refused("Invalid login token. Missing a required claim: aud", await server.GetIdAsync(pool, Key, tokens.Refresh));
        Refused("Invalid login token.", await server.GetIdAsync(
            pool, Key, CognitoLocalPeer.Resign(tokens.Access, claims => claims["aud"] = client)));
        Refused("Invalid login token. Missing a required claim: token_use", await server.GetIdAsync(
            pool, Key, CognitoLocalPeer.Resign(tokens.Refresh, claims => (claims["aud"], claims["sub"], claims["exp"]) =
                (client, "forged", claims["iat"]!.GetValue<long>() + 3600))));
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("deleted")]
    [InlineData("re-created")]
    public async Task P36_with_the_check_a_user_who_is_gone_is_refused_and_without_it_he_is_not(string fate)
    {
        var (pool, client, user) = await NewAsync();
        var check = await PoolWithAsync((Key, client, true));
        var before = (await server.UserPools.SignInAsync(user, client)).Id;
        var (id, checkedId) = (await server.IdAsync(pool, Key, before), await server.IdAsync(check, Key, before));
        var token = (await server.UserPools.SignInAsync(user, client)).Id; // Not yet asked about, so not remembered.
        if (fate == "disabled")
        {
            await server.UserPools.DisableAsync(user);
        }
        else
        {
            await server.UserPools.DeleteAsync(user);
        }

        if (fate == "re-created")
        {
            await server.UserPools.SignUpAsync(user);
        }

        Refused("Token is inactive", await server.GetIdAsync(check, Key, token));
        Refused("Token is inactive", await server.GetTokenAsync(checkedId, Key, token));
        Refused("Token is inactive", await server.GetCredentialsAsync(checkedId, Key, token));
        Assert.Equal(id, await server.IdAsync(pool, Key, token));
        Assert.True((await server.GetTokenAsync(id, Key, token)).Ok);
    }

    [Theory]
    [InlineData("""["arn:aws:iam::000000000000:role/Chosen"]""", null, null, true)]
    [InlineData("\"arn:aws:iam::000000000000:role/Chosen\"", null, null, true)]
    [InlineData("""["arn:aws:iam::000000000000:role/Chosen","arn:aws:iam::000000000000:role/Any"]""", null, null, false)]
    [InlineData("""["arn:aws:iam::000000000000:role/Chosen","arn:aws:iam::000000000000:role/Any"]""", Chosen, null, true)]
    [InlineData("""["arn:aws:iam::000000000000:role/Any"]""", Chosen, null, true)] // Preferred, and not among the roles.
    [InlineData("""["arn:aws:iam::000000000000:role/Chosen",7]""", null, null, false)]
    [InlineData("7", null, null, false)]
    [InlineData("null", null, null, false)]
    [InlineData("""["arn:aws:iam::000000000000:role/Chosen"]""", null, Chosen, true)]
    [InlineData("""["arn:aws:iam::000000000000:role/Any"]""", Chosen, Chosen, false)]
    public async Task P37_the_tokens_roles_decide_and_a_role_that_it_does_not_name_is_forbidden(
        string roles, string? preferred, string? asked, bool granted)
    {
        var (pool, client, user) = await NewAsync();
        await server.SetRolesAsync(pool, $"{Key}:{client}", new { Type = "Token", AmbiguousRoleResolution = "Deny" });
        var token = CognitoLocalPeer.Resign((await server.UserPools.SignInAsync(user, client)).Id, claims =>
        {
            claims["cognito:roles"] = JsonNode.Parse(roles);
            if (preferred is not null)
            {
                claims["cognito:preferred_role"] = preferred;
            }
        });
        var id = await server.IdAsync(pool, Key, token);

        var answer = await server.GetCredentialsAsync(id, Key, token, asked);

        if (granted)
        {
            Assert.Equal("InvalidIdentityPoolConfigurationException", answer.Error); // Decided for, and there is no such role.
        }
        else
        {
            Refused(asked is null ? Ambiguous(Key) : $"Access to Role '{asked}' is forbidden.", answer);
        }
    }

    [Fact]
    public async Task P37_the_credentials_are_those_of_the_role_that_the_token_prefers_or_that_was_asked_for()
    {
        using var iam = new QueryClient(server.Client.Http.BaseAddress!, TestServer.AccessKeyId, TestServer.SecretAccessKey);
        using var sts = new StsClient(server.Client.Http.BaseAddress!);
        var (pool, client, user) = await NewAsync();
        var (preferred, other) = (await iam.RoleAsync(StsCalls.PoolTrust(pool)), await iam.RoleAsync(StsCalls.PoolTrust(pool)));
        await server.SetRolesAsync(pool, $"{Key}:{client}", new { Type = "Token", AmbiguousRoleResolution = "Deny" });
        var token = CognitoLocalPeer.Resign((await server.UserPools.SignInAsync(user, client)).Id, claims =>
            (claims["cognito:roles"], claims["cognito:preferred_role"]) = (new JsonArray(other, preferred), preferred));
        var id = await server.IdAsync(pool, Key, token);

        foreach (var (asked, role) in new[] { (null, preferred), (other, other) })
        {
            var key = StsCalls.KeyOf(await server.GetCredentialsAsync(id, Key, token, asked));
            Assert.Equal(
                $"arn:aws:sts::000000000000:assumed-role/{StsCalls.NameOf(role)}/CognitoIdentityCredentials", await sts.WhoIsAsync(key));
        }
    }

    [Fact]
    public async Task C20_roles_in_a_token_of_another_provider_choose_nothing()
    {
        const string Apple = "appleid.apple.com";
        var pool = await server.PoolAsync(new { SupportedLoginProviders = new Dictionary<string, string> { [Apple] = "com.example.app" } });
        await server.SetRolesAsync(pool, Apple, new { Type = "Token", AmbiguousRoleResolution = "Deny" });
        var token = server.Apple.Token("user", "com.example.app", claims =>
            (claims["cognito:roles"], claims["cognito:preferred_role"]) = (new JsonArray(Chosen), Chosen));
        var id = await server.IdAsync(pool, Apple, token);

        Refused(Ambiguous(Apple), await server.GetCredentialsAsync(id, Apple, token));
        Refused($"Access to Role '{Chosen}' is forbidden.", await server.GetCredentialsAsync(id, Apple, token, Chosen));
    }

    [Theory]
    [InlineData("cognito:groups", "Equals", "editors", true)]
    [InlineData("cognito:groups", "Equals", "admin", false)]
    [InlineData("cognito:groups", "Contains", "admin", true)] // Matches not-admin, too: documented.
    [InlineData("cognito:username", "StartsWith", "user-", true)]
    [InlineData("custom:role", "Equals", "boss", true)]
    [InlineData("role", "Equals", "boss", false)]
    [InlineData("cognito:role", "Equals", "boss", false)]
    public async Task P38_rules_see_groups_and_attributes_under_their_full_names(string claim, string match, string value, bool matches)
    {
        var (pool, client, user) = await NewAsync(customRole: "boss");
        await server.UserPools.JoinAsync(user, "editors");
        await server.UserPools.JoinAsync(user, "not-admin");
        await server.SetRolesAsync(pool, $"{Key}:{client}", new
        {
            Type = "Rules",
            AmbiguousRoleResolution = "Deny",
            RulesConfiguration = new { Rules = new[] { new { Claim = claim, MatchType = match, Value = value, RoleARN = AnyRole } } },
        });
        var token = (await server.UserPools.SignInAsync(user, client)).Id;

        var answer = await server.GetCredentialsAsync(await server.IdAsync(pool, Key, token), Key, token);

        if (matches)
        {
            Assert.Equal("InvalidIdentityPoolConfigurationException", answer.Error); // Decided for, and there is no such role.
        }
        else
        {
            Refused(Ambiguous(Key), answer);
        }
    }

    [Fact]
    public async Task An_emulator_goes_by_its_own_address()
    {
        var (_, client, user) = await NewAsync();
        var key = $"{new Uri(server.UserPools.Url).Authority}/{CognitoLocalPeer.Pool}";
        var pool = await PoolWithAsync((key, client, false));
        var token = (await server.UserPools.SignInAsync(user, client)).Id;

        Refused(IssuerMismatch, await server.GetIdAsync(pool, key, token));
        await server.IdAsync(pool, key, CognitoLocalPeer.Resign(token, claims => claims["iss"] = $"http://{key}"));
    }

    private static string Ambiguous(string key) => $"The ambiguous role mapping rules for: {key} denied this request.";

    private static void Refused(string message, WireAnswer answer) => AssertRefused("NotAuthorizedException", message, answer);

    /// <summary>A pool without check, its client in the user pool, and a new user there.</summary>
    private async Task<(string Pool, string Client, string User)> NewAsync(string? customRole = null)
    {
        var client = await server.UserPools.ClientAsync();
        var user = $"user-{Interlocked.Increment(ref _users)}";
        await server.UserPools.SignUpAsync(user, customRole: customRole);
        return (await PoolWithAsync((Key, client, false)), client, user);
    }

    private Task<string> PoolWithAsync(params (string ProviderName, string ClientId, bool Check)[] clients) => server.PoolAsync(new
    {
        CognitoIdentityProviders = clients.Select(client => new
        {
            client.ProviderName,
            client.ClientId,
            ServerSideTokenCheck = client.Check,
        }),
    });
}
