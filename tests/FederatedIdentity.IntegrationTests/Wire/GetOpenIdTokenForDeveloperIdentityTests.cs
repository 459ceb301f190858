using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class GetOpenIdTokenForDeveloperIdentityTests(ServerFixture server)
{
    /// <summary>Identifiers that must be told apart and come back as they were.</summary>
    public static TheoryData<string> Identifiers => new()
    {
        "plain",
        "\U0001F600\U0002070E",
        "with\0nul",
        "sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        new string('\u20ac', 1024),
        new string('x', 1024),
        "it's \"quoted\" \\ {a,b} %_ $1 '; drop table login; --",
        " ",
    };

    [Fact]
    public async Task A_new_user_gets_an_identity_and_keeps_it()
    {
        var pool = await server.DeveloperPoolAsync();

        var first = await server.DeveloperTokenAsync(pool, "user");
        var again = await server.DeveloperTokenAsync(pool, "user");
        var named = await server.DeveloperTokenAsync(pool, "user", first["IdentityId"]);

        Assert.Equal(first["IdentityId"], again["IdentityId"]);
        Assert.Equal(first["IdentityId"], named["IdentityId"]);
        Assert.Equal([Developer], await server.ProvidersAsync(first["IdentityId"]));
        var claims = Claims(first["Token"]);
        Assert.Equal(first["IdentityId"], claims["sub"]!.GetValue<string>());
        Assert.Equal(pool, claims["aud"]!.GetValue<string>());
        Assert.Equal($"""["authenticated","{Developer}","{Developer}:{pool}:user"]""", claims["amr"]!.ToJsonString());
        Assert.Equal(900, Lifetime(first));
    }

    [Fact]
    public async Task Concurrent_calls_for_a_new_user_agree_on_one_identity()
    {
        var pool = await server.DeveloperPoolAsync();

        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.DeveloperIdAsync(pool, "crowd")));

        Assert.Single(ids.Distinct());
    }

    [Theory]
    [MemberData(nameof(Identifiers))]
    public async Task Any_identifier_comes_back_as_it_was(string user)
    {
        var pool = await server.DeveloperPoolAsync();

        var token = await server.DeveloperTokenAsync(pool, user);

        Assert.Equal(token["IdentityId"], await server.DeveloperIdAsync(pool, user));
        Assert.Equal($"{Developer}:{pool}:{user}", Claims(token["Token"])["amr"]![2]!.GetValue<string>());
        var found = await server.Client.CallAsync("LookupDeveloperIdentity", new { IdentityPoolId = pool, DeveloperUserIdentifier = user });
        Assert.Equal(token["IdentityId"], found["IdentityId"]);
        Assert.Equal([user], found.Body["DeveloperUserIdentifierList"]!.AsArray().Select(each => each!.GetValue<string>()));
    }

    [Fact]
    public async Task Users_that_look_alike_are_different()
    {
        var pool = await server.DeveloperPoolAsync();
        string[] users = ["alice", "Alice", "alice ", "ALICE", "caf\u00e9", "cafe\u0301", new string('\u20ac', 1024), new string('\u20ac', 1023) + "x"];

        var ids = new List<string>();
        foreach (var user in users)
        {
            ids.Add(await server.DeveloperIdAsync(pool, user));
        }

        Assert.Equal(users.Length, ids.Distinct().Count());
    }

    [Fact]
    public async Task An_identifier_has_at_most_1024_characters()
    {
        var pool = await server.DeveloperPoolAsync();

        AssertRefused(
            "InvalidParameterException",
            "A developer user identifier has at most 1024 characters.",
            await server.DeveloperTokenAsync(pool, new string('x', 1025)));
    }

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"a\\udc00b\"")]
    public async Task Half_a_surrogate_pair_is_no_text(string user)
    {
        var pool = await server.DeveloperPoolAsync();

        var answer = await server.Client.CallAsync(
            "GetOpenIdTokenForDeveloperIdentity", $$$"""{"IdentityPoolId":"{{{pool}}}","Logins":{"{{{Developer}}}":{{{user}}}}}""");

        Assert.Equal((400, "SerializationException"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task A_guest_becomes_the_users_identity_and_keeps_its_id()
    {
        var pool = await server.DeveloperPoolAsync();
        var guest = await server.GuestAsync(pool);

        Assert.Equal(guest, await server.DeveloperIdAsync(pool, "first", guest));
        Assert.Equal(guest, await server.DeveloperIdAsync(pool, "first"));
        AssertForbidden(guest, await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = guest }));
    }

    [Fact]
    public async Task A_further_user_needs_a_login_that_the_identity_has()
    {
        var pool = await server.DeveloperPoolAsync();
        var login = await server.LoginAsync("public");
        var id = await server.IdAsync(pool, login);

        AssertRefused("NotAuthorizedException", DoNotMatch, await server.DeveloperTokenAsync(pool, "second", id));
        var linked = await server.DeveloperTokenAsync(pool, "second", id, login);

        Assert.Equal(id, linked["IdentityId"]);
        Assert.Equal(id, await server.DeveloperIdAsync(pool, "second"));
        Assert.Equal([server.Oidc.LoginKey, Developer], await server.ProvidersAsync(id));
        Assert.Equal(
            $"""["authenticated","{server.Oidc.LoginKey}","{server.Oidc.Arn}:OIDC:public","{Developer}","{Developer}:{pool}:second"]""",
            Claims(linked["Token"])["amr"]!.ToJsonString());
        Assert.Equal(id, (await server.DeveloperTokenAsync(pool, "third", id, login))["IdentityId"]); // Several users on one identity.
    }

    [Fact]
    public async Task A_public_login_of_another_identity_merges_it_in()
    {
        var pool = await server.DeveloperPoolAsync();
        var login = await server.LoginAsync("absorbed");
        var (user, other) = (await server.DeveloperIdAsync(pool, "absorbing"), await server.IdAsync(pool, login));

        Assert.Equal(user, (await server.DeveloperTokenAsync(pool, "absorbing", user, login))["IdentityId"]);

        Assert.Equal(user, await server.IdAsync(pool, login));
        AssertForbidden(other, await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = other, Logins = login }));
    }

    [Fact]
    public async Task P45_a_user_of_another_identity_is_registered_already()
    {
        var pool = await server.DeveloperPoolAsync();
        var (owner, other) = (await server.DeveloperIdAsync(pool, "taken"), await server.DeveloperIdAsync(pool, "other"));
        var login = await server.LoginAsync("taken");

        foreach (var identity in new[] { other, await server.GuestAsync(pool), await server.IdAsync(pool, login) })
        {
            AssertRefused(
                "DeveloperUserAlreadyRegisteredException",
                "This developer user identifier is already registered with Cognito.",
                await server.DeveloperTokenAsync(pool, "taken", identity, login));
        }

        Assert.Equal(owner, await server.DeveloperIdAsync(pool, "taken"));
    }

    [Fact]
    public async Task Two_users_of_one_public_provider_never_share_an_identity()
    {
        var pool = await server.DeveloperPoolAsync();
        var id = (await server.DeveloperTokenAsync(pool, "user", also: await server.LoginAsync("one")))["IdentityId"];

        AssertRefused("ResourceConflictException", Linked, await server.DeveloperTokenAsync(pool, "user", id, await server.LoginAsync("two")));
        Assert.NotEqual(id, await server.IdAsync(pool, await server.LoginAsync("two")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(86400)]
    public async Task The_lifetime_is_the_one_asked_for(int seconds) =>
        Assert.Equal(seconds, Lifetime(await CallAsync(new JsonObject { ["TokenDuration"] = seconds })));

    [Theory]
    [InlineData(0, "greater than or equal to 1")]
    [InlineData(86401, "less than or equal to 86400")]
    public async Task The_lifetime_has_limits(int seconds, string limit) => AssertRefused(
        "ValidationException",
        $"1 validation error detected: Value '{seconds}' at 'tokenDuration' failed to satisfy constraint: Member must have value {limit}",
        await CallAsync(new JsonObject { ["TokenDuration"] = seconds }));

    [Fact]
    public async Task Principal_tags_are_in_the_token_each_value_in_an_array()
    {
        var answer = await CallAsync(new JsonObject { ["PrincipalTags"] = new JsonObject { ["team"] = "core", ["City"] = "Z\u00fcrich" } });

        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse("""{"principal_tags":{"team":["core"],"City":["Zürich"]}}"""), Claims(answer["Token"])["https://aws.amazon.com/tags"]),
            answer.Text);
        Assert.Null(Claims((await CallAsync([]))["Token"])["https://aws.amazon.com/tags"]);
    }

    [Theory]
    [InlineData("""{"aws:team":"x"}""")]
    [InlineData("""{"team":"<x>"}""")]
    [InlineData("""{"te am!":"x"}""")]
    public async Task Tags_that_no_STS_would_take_are_refused(string tags) => AssertRefused(
        "InvalidParameterException",
        "Principal tags may hold letters, digits, spaces and _ . : / = + - @ only, and no key that starts with aws:.",
        await CallAsync(new JsonObject { ["PrincipalTags"] = JsonNode.Parse(tags) }));

    [Fact]
    public async Task Tag_keys_must_differ_in_more_than_case() => AssertRefused(
        "InvalidParameterException",
        "Tag keys must differ in more than upper and lower case.",
        await CallAsync(new JsonObject { ["PrincipalTags"] = new JsonObject { ["Team"] = "a", ["team"] = "b" } }));

    [Fact]
    public async Task P44_the_developer_entry_must_be_there_and_be_the_pools_own()
    {
        var (pool, without) = (await server.DeveloperPoolAsync(), await server.OidcPoolAsync());

        foreach (var (target, logins) in new[]
        {
            (pool, await server.LoginAsync("public-only")),
            (pool, new() { ["login.other"] = "user" }),
            (pool, []),
            (without, new() { [Developer] = "user" }),
        })
        {
            AssertRefused(
                "InvalidParameterException",
                UnsupportedDeveloper,
                await server.Client.CallAsync("GetOpenIdTokenForDeveloperIdentity", new { IdentityPoolId = target, Logins = logins }));
        }
    }

    [Fact]
    public async Task P47_bad_public_tokens_beside_the_user_fail_the_call_and_register_nobody()
    {
        var pool = await server.DeveloperPoolAsync();

        AssertRefused(
            "NotAuthorizedException",
            "Invalid login token. Not a valid OpenId Connect identity token.",
            await server.DeveloperTokenAsync(pool, "careful", also: new() { [server.Oidc.LoginKey] = "junk" }));
        Assert.Equal(
            "ExternalServiceException", (await server.DeveloperTokenAsync(pool, "careful", also: server.DeadLogin())).Error);
        AssertRefused(
            "ResourceNotFoundException",
            "Developer user identifier 'careful' not found.",
            await server.Client.CallAsync("LookupDeveloperIdentity", new { IdentityPoolId = pool, DeveloperUserIdentifier = "careful" }));
    }

    [Fact]
    public async Task Unknown_disabled_and_foreign_identities_are_refused()
    {
        var (pool, otherPool) = (await server.DeveloperPoolAsync(), await server.DeveloperPoolAsync());
        var elsewhere = await server.GuestAsync(otherPool);
        var disabled = await server.DeveloperIdAsync(pool, "was");
        AssertEmpty(await server.UnlinkDeveloperAsync(pool, disabled, "was"));

        AssertIdentityNotFound("us-east-1:0a", await server.DeveloperTokenAsync(pool, "user", "us-east-1:0a"));
        AssertIdentityNotFound(elsewhere, await server.DeveloperTokenAsync(pool, "user", elsewhere));
        AssertForbidden(disabled, await server.DeveloperTokenAsync(pool, "user", disabled));
        AssertRefused(
            "ResourceNotFoundException", "IdentityPool 'us-east-1:0a' not found.", await server.DeveloperTokenAsync("us-east-1:0a", "user"));
    }

    [Fact]
    public async Task It_needs_neither_the_classic_flow_nor_a_pool_without_mappings()
    {
        var pool = await server.PoolAsync(new { AllowClassicFlow = false, DeveloperProviderName = Developer, OpenIdConnectProviderARNs = new[] { server.Oidc.Arn } });
        await server.Client.CallAsync("SetIdentityPoolRoles", new
        {
            IdentityPoolId = pool,
            Roles = new { },
            RoleMappings = new Dictionary<string, object> { [server.Oidc.Arn] = new { Type = "Token", AmbiguousRoleResolution = "Deny" } },
        });

        Assert.True((await server.DeveloperTokenAsync(pool, "user")).Ok);
    }

    [Fact]
    public async Task P44_unsigned_it_does_nothing()
    {
        var pool = await server.DeveloperPoolAsync();

        var answer = await server.Client.SendAsync(
            "GetOpenIdTokenForDeveloperIdentity", $$$"""{"IdentityPoolId":"{{{pool}}}","Logins":{"{{{Developer}}}":"user"}}""", signed: false);

        AssertRefused("MissingAuthenticationTokenException", "Missing Authentication Token", answer);
    }

    private static long Lifetime(WireAnswer answer) =>
        Claims(answer["Token"])["exp"]!.GetValue<long>() - Claims(answer["Token"])["iat"]!.GetValue<long>();

    private async Task<WireAnswer> CallAsync(JsonObject members)
    {
        members["IdentityPoolId"] = await server.DeveloperPoolAsync();
        members["Logins"] = new JsonObject { [Developer] = "user" };
        return await server.Client.CallAsync("GetOpenIdTokenForDeveloperIdentity", members);
    }
}
