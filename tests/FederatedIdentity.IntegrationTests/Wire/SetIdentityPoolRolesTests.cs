using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class SetIdentityPoolRolesTests(ServerFixture server)
{
    private const string Google = "accounts.google.com";
    private const string UserPool = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123";
    private const string TokenDeny = """{"Type":"Token","AmbiguousRoleResolution":"Deny"}""";

    /// <summary>Rule values without meaning to us, which must come back as they were.</summary>
    public static TheoryData<string> Values => new()
    {
        "\0", "\U0001F600", "\u2028\u0085\ufeff", "{\"$type\":\"x\"}", "a\\u0000b", "'; drop table identity_pool; --", new string('\u20ac', 128), " ",
    };

    [Fact]
    public async Task It_replaces_both_maps_as_a_whole()
    {
        var pool = await NewPoolAsync();
        await SetAsync(pool, $$"""{"authenticated":"{{AnyRole}}","unauthenticated":"{{AnyRole}}2"}""", $$"""{"{{Google}}":{{TokenDeny}}}""");

        AssertEmpty(await SetAsync(pool, $$"""{"unauthenticated":"{{AnyRole}}3"}""", null));
        Assert.Equal($$$"""{"IdentityPoolId":"{{{pool}}}","Roles":{"unauthenticated":"{{{AnyRole}}}3"}}""", await GetAsync(pool));

        AssertEmpty(await SetAsync(pool, "{}", $$"""{"{{Google}}":{{TokenDeny}}}"""));
        Assert.Equal($$$"""{"IdentityPoolId":"{{{pool}}}","RoleMappings":{"{{{Google}}}":{{{TokenDeny}}}}}""", await GetAsync(pool));

        AssertEmpty(await SetAsync(pool, "{}", "{}"));
        Assert.Equal($$"""{"IdentityPoolId":"{{pool}}"}""", await GetAsync(pool));
    }

    [Theory]
    [InlineData(Google)]
    [InlineData("graph.facebook.com")]
    [InlineData("www.amazon.com")]
    [InlineData("appleid.apple.com")]
    [InlineData("api.twitter.com")]
    [InlineData($"{UserPool}:web")]
    [InlineData($"{UserPool}:native")]
    [InlineData("arn:aws:iam::000000000000:oidc-provider/login.example.com/tenant")]
    [InlineData("arn:aws:iam::000000000000:saml-provider/Corp")]
    public async Task Every_kind_of_provider_has_a_key(string key)
    {
        var pool = await NewPoolAsync();

        AssertEmpty(await SetAsync(pool, "{}", $$"""{"{{key}}":{{TokenDeny}}}"""));

        Assert.Equal($$$"""{"IdentityPoolId":"{{{pool}}}","RoleMappings":{"{{{key}}}":{{{TokenDeny}}}}}""", await GetAsync(pool));
    }

    [Theory]
    [InlineData("https://accounts.google.com")]
    [InlineData(UserPool)]
    [InlineData($"{UserPool}:other")]
    [InlineData("login.example.com/tenant")]
    [InlineData("www.digits.com")]
    [InlineData("login.mine")]
    public async Task A_key_of_no_configured_provider_is_refused(string key) => AssertRefused(
        "InvalidParameterException",
        $"({key}) is not a valid RoleMapping ProviderName or is not a configured provider.",
        await SetAsync(await NewPoolAsync(), "{}", $$"""{"{{key}}":{{TokenDeny}}}"""));

    [Theory]
    [InlineData("Cognito_FederatedPoolAuth_Role")]
    [InlineData("arn:aws:iam::123456789012:role/AnotherAccounts")]
    [InlineData("arn:aws-cn:iam::000000000000:role/AnotherPartition")]
    [InlineData("arn:aws:iam::000000000000:user/NotARole")]
    [InlineData("arn:aws:iam::000000000000:role/")]
    [InlineData("arn:aws:iam::000000000000:role/path/")]
    [InlineData("arn:aws:iam::000000000000:role/with space")]
    [InlineData("arn:aws:iam::000000000000:role/Trailing\\n")]
    public async Task What_is_no_role_of_the_account_is_forbidden(string role)
    {
        var pool = await NewPoolAsync();
        var text = role.Replace("\\n", "\n", StringComparison.Ordinal);

        AssertRefused("NotAuthorizedException", $"Access to Role '{text}' is forbidden.", await SetAsync(pool, $$"""{"authenticated":"{{role}}"}""", null));
        AssertRefused("NotAuthorizedException", $"Access to Role '{text}' is forbidden.", await SetAsync(pool, "{}", RulesOf(1, role)));
        Assert.Equal($$"""{"IdentityPoolId":"{{pool}}"}""", await GetAsync(pool));
    }

    [Theory]
    [InlineData("arn:aws:iam::000000000000:role/service-role/deep/Name_+=,.@-1")]
    [InlineData("arn:aws:iam::000000000000:role/a")]
    public async Task A_role_may_have_a_path(string role) =>
        AssertEmpty(await SetAsync(await NewPoolAsync(), $$"""{"authenticated":"{{role}}"}""", RulesOf(1, role)));

    [Theory]
    [InlineData("""{"Type":"Token"}""", "AmbiguousRoleResolution is required.")]
    [InlineData("""{"Type":"Rules","AmbiguousRoleResolution":"Deny"}""", "RulesConfiguration is required.")]
    [InlineData(
        """{"Type":"Token","AmbiguousRoleResolution":"Deny","RulesConfiguration":{"Rules":[{"Claim":"c","MatchType":"Equals","Value":"v","RoleARN":"arn:aws:iam::000000000000:role/Any"}]}}""",
        "RulesConfiguration is for mappings of type Rules only.")]
    public async Task A_mapping_must_be_complete(string mapping, string message) => AssertRefused(
        "InvalidParameterException", message, await SetAsync(await NewPoolAsync(), "{}", $$"""{"{{Google}}":{{mapping}}}"""));

    [Theory]
    [InlineData("""{"admin":"arn:aws:iam::000000000000:role/Any"}""", "null", "Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: (un)?authenticated]")]
    [InlineData("""{"authenticated":"short"}""", "null", "Member must have length greater than or equal to 20")]
    [InlineData("null", "null", "Value null at 'roles' failed to satisfy constraint: Member must not be null")]
    [InlineData("{}", """{"accounts.google.com":{"AmbiguousRoleResolution":"Deny"}}""", "Member must not be null")]
    [InlineData("{}", """{"accounts.google.com":{"Type":"Other","AmbiguousRoleResolution":"Deny"}}""", "Member must satisfy enum value set: [Token, Rules]")]
    [InlineData("{}", """{"accounts.google.com":{"Type":"Token","AmbiguousRoleResolution":"Allow"}}""", "Member must satisfy enum value set: [AuthenticatedRole, Deny]")]
    [InlineData("{}", """{"accounts.google.com":{"Type":"Rules","AmbiguousRoleResolution":"Deny","RulesConfiguration":{}}}""", "Member must not be null")]
    [InlineData("{}", """{"accounts.google.com":{"Type":"Rules","AmbiguousRoleResolution":"Deny","RulesConfiguration":{"Rules":[]}}}""", "Member must have length greater than or equal to 1")]
    [InlineData("{}", """{"accounts.google.com":{"Type":"Rules","AmbiguousRoleResolution":"Deny","RulesConfiguration":{"Rules":[{"Claim":"c c","MatchType":"Like","Value":"","RoleARN":"x"}]}}}""", "4 validation errors detected")]
    [InlineData("{}", """{"accounts.google.com":{"Type":"Rules","AmbiguousRoleResolution":"Deny","RulesConfiguration":{"Rules":[null]}}}""", "Member must not be null")]
    [InlineData("{}", """{"accounts.google.com":null}""", "Member must not be null")]
    public async Task The_models_constraints_hold_at_every_depth(string roles, string mappings, string sentence)
    {
        var answer = await SetAsync(await NewPoolAsync(), roles, mappings);

        Assert.Equal((400, "ValidationException"), (answer.Status, answer.Error));
        Assert.Contains(sentence, answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(25, "")]
    [InlineData(26, "InvalidParameterException")]
    [InlineData(400, "InvalidParameterException")]
    [InlineData(401, "ValidationException")]
    public async Task A_provider_has_at_most_25_rules(int count, string error)
    {
        var answer = await SetAsync(await NewPoolAsync(), "{}", RulesOf(count, AnyRole));

        Assert.Equal(error, answer.Error);
        if (error == "InvalidParameterException")
        {
            Assert.Equal("A maximum of 25 rules is allowed per identity provider.", answer.Message);
        }
    }

    [Theory]
    [InlineData("Equals", "Deny")]
    [InlineData("Contains", "AuthenticatedRole")]
    [InlineData("StartsWith", "Deny")]
    [InlineData("NotEqual", "AuthenticatedRole")]
    public async Task Every_match_type_and_resolution_comes_back(string match, string resolution)
    {
        var pool = await NewPoolAsync();
        var mappings = $$$$"""{"{{{{Google}}}}":{"Type":"Rules","AmbiguousRoleResolution":"{{{{resolution}}}}","RulesConfiguration":{"Rules":[{"Claim":"custom:x","MatchType":"{{{{match}}}}","Value":"v","RoleARN":"{{{{AnyRole}}}}"}]}}}""";

        AssertEmpty(await SetAsync(pool, "{}", mappings));

        Assert.Equal($$"""{"IdentityPoolId":"{{pool}}","RoleMappings":{{mappings}}}""", await GetAsync(pool));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Any_value_of_a_rule_comes_back_as_it_was(string value)
    {
        var pool = await NewPoolAsync();
        var mappings = JsonNode.Parse(RulesOf(1, AnyRole))!;
        mappings[Google]!["RulesConfiguration"]!["Rules"]![0]!["Value"] = value;

        AssertEmpty(await SetAsync(pool, "{}", mappings.ToJsonString()));

        var got = JsonNode.Parse(await GetAsync(pool))!;
        Assert.Equal(value, got["RoleMappings"]![Google]!["RulesConfiguration"]!["Rules"]![0]!["Value"]!.GetValue<string>());
    }

    [Fact]
    public async Task Changes_at_the_same_time_take_turns_and_each_happens_whole()
    {
        var pool = await NewPoolAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
            SetAsync(pool, $$"""{"authenticated":"{{AnyRole}}{{number}}"}""", RulesOf(1, $"{AnyRole}{number}"))));

        Assert.All(answers, answer => Assert.True(answer.Ok, answer.Text));
        var final = JsonNode.Parse(await GetAsync(pool))!;
        Assert.Equal(
            final["Roles"]!["authenticated"]!.GetValue<string>(),
            final["RoleMappings"]![Google]!["RulesConfiguration"]!["Rules"]![0]!["RoleARN"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_classic_flow_ends_with_the_first_mapping_and_returns_with_the_last()
    {
        var pool = await NewPoolAsync();
        var guest = await server.GuestAsync(pool);
        var classic = () => server.Client.CallAsync("GetOpenIdToken", new { IdentityId = guest });

        await SetAsync(pool, "{}", $$"""{"{{Google}}":{{TokenDeny}}}""");
        AssertRefused(
            "InvalidParameterException", "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.", await classic());
        await SetAsync(pool, "{}", "{}");
        Assert.True((await classic()).Ok);
    }

    [Fact]
    public async Task An_unknown_pool_is_not_found() =>
        AssertRefused("ResourceNotFoundException", "IdentityPool 'us-east-1:0a' not found.", await SetAsync("us-east-1:0a", "{}", null));

    private static string RulesOf(int count, string role)
    {
        var rule = $$"""{"Claim":"c","MatchType":"Equals","Value":"v","RoleARN":"{{role}}"}""";
        var rules = string.Join(',', Enumerable.Repeat(rule, count));
        return $$$$"""{"{{{{Google}}}}":{"Type":"Rules","AmbiguousRoleResolution":"Deny","RulesConfiguration":{"Rules":[{{{{rules}}}}]}}}""";
    }

    private Task<string> NewPoolAsync() => server.PoolAsync(new
    {
        AllowUnauthenticatedIdentities = true,
        DeveloperProviderName = Developer,
        SupportedLoginProviders = new Dictionary<string, string>
        {
            [Google] = "1", ["graph.facebook.com"] = "1", ["www.amazon.com"] = "amzn1.application.1", ["appleid.apple.com"] = "1",
            ["api.twitter.com"] = "a;b",
        },
        CognitoIdentityProviders = new[] { new { ProviderName = UserPool, ClientId = "web" }, new { ProviderName = UserPool, ClientId = "native" } },
        OpenIdConnectProviderARNs = new[] { "arn:aws:iam::000000000000:oidc-provider/login.example.com/tenant" },
        SamlProviderARNs = new[] { "arn:aws:iam::000000000000:saml-provider/Corp" },
    });

    private Task<WireAnswer> SetAsync(string pool, string roles, string? mappings) => server.Client.CallAsync(
        "SetIdentityPoolRoles", $$"""{"IdentityPoolId":"{{pool}}","Roles":{{roles}},"RoleMappings":{{mappings ?? "null"}}}""");

    private async Task<string> GetAsync(string pool) =>
        (await server.Client.CallAsync("GetIdentityPoolRoles", new { IdentityPoolId = pool })).Text;
}
