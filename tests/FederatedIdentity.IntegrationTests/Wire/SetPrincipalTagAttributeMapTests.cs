using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class SetPrincipalTagAttributeMapTests(ServerFixture server)
{
    private const string UserPool = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123";

    [Fact]
    public async Task Without_a_map_there_are_no_tags()
    {
        var pool = await server.OidcPoolAsync();

        Assert.Null(await TagsAsync(pool, "untagged"));
    }

    [Fact]
    public async Task The_defaults_are_the_user_and_the_client()
    {
        var pool = await server.OidcPoolAsync();

        await SetAsync(pool, new { UseDefaults = true, PrincipalTags = new { ignored = "email" } });

        AssertTags("""{"client":["client-RS256"],"username":["default-user"]}""", await TagsAsync(pool, "default-user"));
    }

    [Fact]
    public async Task A_custom_map_takes_claims_by_name_and_leaves_out_what_makes_no_tag()
    {
        var pool = await server.OidcPoolAsync();

        var set = await SetAsync(pool, new
        {
            UseDefaults = false,
            PrincipalTags = new Dictionary<string, string>
            {
                ["unit"] = "department", ["mail"] = "email", ["sure"] = "email_verified", ["all"] = "groups", ["none"] = "missing",
            },
        });

        Assert.False(set.Body["UseDefaults"]!.GetValue<bool>());
        AssertTags(
            """{"mail":["custom-user@example.test"],"sure":["true"],"unit":["engineering"]}""", await TagsAsync(pool, "custom-user"));
    }

    [Fact]
    public async Task What_is_set_is_returned_and_read_back_and_replaces_what_was()
    {
        var pool = await server.OidcPoolAsync();
        await SetAsync(pool, new { UseDefaults = false, PrincipalTags = new { a = "x", b = "y" } });

        var set = await SetAsync(pool, new { PrincipalTags = new { b = "z\0\U0001F600" } });

        Assert.Equal("z\0\U0001F600", set.Body["PrincipalTags"]!["b"]!.GetValue<string>());
        Assert.Single(set.Body["PrincipalTags"]!.AsObject());
        Assert.False(set.Body["UseDefaults"]!.GetValue<bool>());
        Assert.Equal((pool, server.Oidc.Arn), (set["IdentityPoolId"], set["IdentityProviderName"]));
        Assert.Equal(set.Text, (await GetAsync(pool, server.Oidc.Arn)).Text);
    }

    [Fact]
    public async Task Terraform_deletes_a_map_by_setting_the_defaults()
    {
        var pool = await server.OidcPoolAsync();
        await SetAsync(pool, new { UseDefaults = false, PrincipalTags = new { unit = "department" } });

        var set = await SetAsync(pool, new { UseDefaults = true, PrincipalTags = new { } });

        Assert.Equal(
            $$$"""{"IdentityPoolId":"{{{pool}}}","IdentityProviderName":"{{{server.Oidc.Arn}}}","UseDefaults":true,"PrincipalTags":{}}""", set.Text);
        AssertTags("""{"client":["client-RS256"],"username":["terraformed"]}""", await TagsAsync(pool, "terraformed"));
    }

    [Fact]
    public async Task The_developers_own_tags_come_first()
    {
        var pool = await server.DeveloperPoolAsync();
        await SetAsync(pool, new { UseDefaults = false, PrincipalTags = new { unit = "department", mail = "email" } });

        var answer = await server.Client.CallAsync("GetOpenIdTokenForDeveloperIdentity", new
        {
            IdentityPoolId = pool,
            Logins = new Dictionary<string, string>(await server.LoginAsync("both")) { [Developer] = "user" },
            PrincipalTags = new { Unit = "sales" },
        });

        AssertTags(
            """{"mail":["both@example.test"],"Unit":["sales"]}""", Claims(answer["Token"])["https://aws.amazon.com/tags"]!["principal_tags"]);
    }

    [Theory]
    [InlineData("graph.facebook.com")]
    [InlineData(UserPool)]
    [InlineData("arn:aws:iam::000000000000:saml-provider/Corp")]
    public async Task Every_kind_of_provider_has_a_name(string provider)
    {
        var pool = await NewPoolAsync();

        var set = await SetAsync(pool, new { PrincipalTags = new { a = "sub" } }, provider);

        Assert.Equal(provider, set["IdentityProviderName"]);
        Assert.Equal(set.Text, (await GetAsync(pool, provider)).Text);
    }

    [Theory]
    [InlineData("accounts.google.com")]
    [InlineData($"{UserPool}:web")]
    [InlineData("login.mine")]
    public async Task A_provider_that_is_not_configured_is_refused(string provider) => AssertRefused(
        "InvalidParameterException",
        $"{provider} is not a configured provider of this identity pool.",
        await SetAsync(await NewPoolAsync(), new { UseDefaults = true }, provider));

    [Theory]
    [InlineData("aws:a", "b", "Tag keys may hold letters, digits, spaces and _ . : / = + - @ only, and must not start with aws:.")]
    [InlineData("a<", "b", "Tag keys may hold letters, digits, spaces and _ . : / = + - @ only, and must not start with aws:.")]
    [InlineData("Key", "key", "Tag keys must differ in more than upper and lower case.")]
    public async Task Keys_that_no_STS_would_take_are_refused(string key, string other, string message) => AssertRefused(
        "InvalidParameterException",
        message,
        await SetAsync(
            await NewPoolAsync(),
            new { PrincipalTags = new Dictionary<string, string> { [key] = "sub", [other] = "sub" } },
            "graph.facebook.com"));

    [Theory]
    [InlineData(50, 200)]
    [InlineData(51, 400)]
    public async Task A_map_has_at_most_fifty_tags(int count, int status) => Assert.Equal(
        status,
        (await SetAsync(
            await NewPoolAsync(),
            new { PrincipalTags = Enumerable.Range(0, count).ToDictionary(number => $"k{number}", _ => "sub") },
            "graph.facebook.com")).Status);

    [Fact]
    public async Task Maps_of_different_providers_set_at_once_are_all_kept()
    {
        var pool = await NewPoolAsync();
        string[] providers = ["graph.facebook.com", UserPool, "arn:aws:iam::000000000000:saml-provider/Corp"];

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(number =>
            SetAsync(pool, new { PrincipalTags = new { tag = "sub" } }, providers[number % 3])));

        Assert.All(answers, answer => Assert.True(answer.Ok, answer.Text));
        foreach (var provider in providers)
        {
            Assert.Equal("""{"tag":"sub"}""", (await GetAsync(pool, provider)).Body["PrincipalTags"]!.ToJsonString());
        }
    }

    [Fact]
    public async Task An_unknown_pool_is_not_found() => AssertRefused(
        "ResourceNotFoundException", "IdentityPool 'us-east-1:0a' not found.", await SetAsync("us-east-1:0a", new { UseDefaults = true }));

    private static void AssertTags(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual?.ToJsonString());

    private Task<string> NewPoolAsync() => server.PoolAsync(new
    {
        DeveloperProviderName = Developer,
        SupportedLoginProviders = new Dictionary<string, string> { ["graph.facebook.com"] = "1" },
        CognitoIdentityProviders = new[] { new { ProviderName = UserPool, ClientId = "web" } },
        SamlProviderARNs = new[] { "arn:aws:iam::000000000000:saml-provider/Corp" },
    });

    private Task<WireAnswer> SetAsync(string pool, object settings, string? provider = null)
    {
        var input = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(settings))!.AsObject();
        input["IdentityPoolId"] = pool;
        input["IdentityProviderName"] = provider ?? server.Oidc.Arn;
        return server.Client.CallAsync("SetPrincipalTagAttributeMap", input);
    }

    private Task<WireAnswer> GetAsync(string pool, string provider) => server.Client.CallAsync(
        "GetPrincipalTagAttributeMap", new { IdentityPoolId = pool, IdentityProviderName = provider });

    private async Task<JsonNode?> TagsAsync(string pool, string user)
    {
        var login = await server.LoginAsync(user);
        var id = await server.IdAsync(pool, login);
        var token = (await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = id, Logins = login }))["Token"];
        return Claims(token)["https://aws.amazon.com/tags"]?["principal_tags"];
    }
}
