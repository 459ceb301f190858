using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>Logins of Twitter and Digits from the wire to the vendor, who recomputes every signature.</summary>
public sealed class TwitterLoginTests(TwitterFixture twitter) : IClassFixture<TwitterFixture>
{
    private const string Digits = "www.digits.com";

    [Fact]
    public async Task A_user_has_one_identity_and_our_token_names_app_and_user()
    {
        var pool = await twitter.PoolAsync();
        var token = await twitter.Stub.TokenAsync(TwitterFixture.ConsumerKey, "9007199254740993");

        var id = Answers.IsSuccess(await twitter.GetIdAsync(pool, token))["IdentityId"];
        var second = await twitter.Stub.TokenAsync(TwitterFixture.ConsumerKey, "9007199254740993");
        var other = await twitter.Stub.TokenAsync(TwitterFixture.ConsumerKey, "9007199254740992");

        Assert.Equal(id, (await twitter.GetIdAsync(pool, second))["IdentityId"]);
        Assert.NotEqual(id, (await twitter.GetIdAsync(pool, other))["IdentityId"]);
        var own = Answers.IsSuccess(await twitter.Root.CallAsync(
            "GetOpenIdToken", new { IdentityId = id, Logins = new Dictionary<string, string> { [TwitterFixture.Key] = token } }))["Token"];
        var claims = WireCalls.Claims(own);
        Assert.Equal(
            ["authenticated", "api.twitter.com", $"api.twitter.com:{TwitterFixture.ConsumerKey}:9007199254740993"],
            claims["amr"]!.AsArray().Select(method => method!.GetValue<string>()));
        Assert.DoesNotContain(TwitterFixture.ConsumerSecret, claims.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Default_principal_tags_name_the_consumer_key_alone()
    {
        var pool = await twitter.PoolAsync();
        Answers.IsSuccess(await twitter.Root.CallAsync(
            "SetPrincipalTagAttributeMap", new { IdentityPoolId = pool, IdentityProviderName = TwitterFixture.Key, UseDefaults = true }));
        var user = await twitter.Stub.TokenAsync(TwitterFixture.ConsumerKey, "77");
        var logins = new Dictionary<string, string> { [TwitterFixture.Key] = user };
        var id = (await twitter.Root.CallAsync("GetId", new { IdentityPoolId = pool, Logins = logins }))["IdentityId"];

        var token = (await twitter.Root.CallAsync("GetOpenIdToken", new { IdentityId = id, Logins = logins }))["Token"];

        var tags = WireCalls.Claims(token)["https://aws.amazon.com/tags"]!["principal_tags"]!;
        Assert.Equal($$"""{"client":["{{TwitterFixture.ConsumerKey}}"],"username":["77"]}""", tags.ToJsonString());
    }

    [Fact]
    public async Task P23_a_token_of_another_app_opens_nothing()
    {
        await twitter.Stub.AppAsync("anotherApp", "anotherSecret");

        await IsRefusedAsync(await twitter.Stub.TokenAsync("anotherApp", "1"));
    }

    [Theory]
    [InlineData("suspended")]
    [InlineData("locked")]
    [InlineData("revoked")]
    public async Task A_user_whom_the_vendor_refuses_gets_no_identity(string state) =>
        await IsRefusedAsync(await twitter.Stub.TokenAsync(TwitterFixture.ConsumerKey, "1", state));

    [Theory]
    [InlineData("unknown-token;secret", true)]
    [InlineData("token-without-its-secret", false)]
    [InlineData("a;b;c", false)]
    [InlineData("http://127.0.0.1/;b", false)]
    [InlineData("OAuth oauth_token=\"a\";b", false)]
    public async Task P22_P26_what_is_no_token_gets_no_identity_and_what_cannot_be_one_no_call(string token, bool asked)
    {
        await twitter.Stub.TakeRequestsAsync();

        await IsRefusedAsync(token);

        Assert.Equal(asked, (await twitter.Stub.TakeRequestsAsync()).Count > 0);
    }

    [Fact]
    public async Task A_token_with_another_secret_gets_no_identity()
    {
        var token = await twitter.Stub.TokenAsync(TwitterFixture.ConsumerKey, "1");

        await IsRefusedAsync(token + "x");
    }

    [Theory]
    [InlineData("""{"code":135}""")]
    [InlineData("""{"code":88}""")]
    [InlineData("""{"code":453}""")]
    [InlineData("""{"code":130}""")]
    [InlineData("""{"status":500,"body":"<html>"}""")]
    [InlineData("""{"status":200,"body":"{\"id_str\":"}""")]
    [InlineData("""{"drop":true}""")]
    [InlineData("""{"hang":true}""")]
    public async Task P27_a_vendor_in_trouble_is_named_and_nothing_is_created(string fault)
    {
        var pool = await twitter.PoolAsync();
        var token = await twitter.Stub.TokenAsync(TwitterFixture.ConsumerKey, "27");
        await twitter.Stub.FaultAsync(JsonNode.Parse(fault)!);

        var answer = await twitter.GetIdAsync(pool, token);

        await twitter.Stub.FaultAsync(new { });
        Answers.IsError("ExternalServiceException", answer);
        Assert.Equal("api.twitter.com is not responding.", answer.Message);
        await HasNoIdentityAsync(pool);
    }

    [Fact]
    public async Task P29_Digits_is_not_asked_unless_an_endpoint_is_set()
    {
        var pool = await twitter.PoolAsync(Digits);

        var answer = await twitter.GetIdAsync(pool, "token;secret", Digits);

        Answers.IsError("ExternalServiceException", answer);
        Assert.Equal("www.digits.com is not responding.", answer.Message);
        await HasNoIdentityAsync(pool);
    }

    [Fact]
    public async Task The_newer_endpoint_and_a_revived_Digits_are_a_matter_of_settings()
    {
        var settings = twitter.Settings();
        settings["FederatedIdentity__Providers__Twitter__VerifyPath"] = "/2/users/me";
        settings["FederatedIdentity__Providers__Twitter__SubjectPath"] = "data.id";
        settings["FederatedIdentity__Providers__Digits__Endpoint"] = twitter.Stub.Endpoint;
        await using var server = await ServerProcess.StartAsync(settings);
        using var client = TestServer.Client(server);
        var (pool, digits) = (await twitter.PoolAsync(), await twitter.PoolAsync(Digits));
        await twitter.Stub.TakeRequestsAsync();
        var token = await twitter.Stub.TokenAsync(TwitterFixture.ConsumerKey, "2244994945");

        Answers.IsSuccess(await twitter.GetIdAsync(pool, token, client: client));
        Answers.IsSuccess(await twitter.GetIdAsync(digits, token, Digits, client));

        var requests = await twitter.Stub.TakeRequestsAsync();
        Assert.Equal(["/2/users/me", "/1.1/sdk/account.json"], requests.Select(request => request!["path"]!.GetValue<string>()));
        Assert.Equal(2, requests.Select(request => request!["oauth"]!["oauth_nonce"]!.GetValue<string>()).Distinct().Count());
    }

    [Fact]
    public async Task P28_a_pool_value_from_before_that_is_no_pair_lets_nobody_in()
    {
        var pool = await twitter.PoolAsync();
        await twitter.Database.ScalarAsync($$"""
            update identity_pool set supported_login_providers = '{"api.twitter.com": "{{TwitterFixture.ConsumerKey}}"}'
            where id = '{{pool}}'
            """);
        await twitter.Stub.TakeRequestsAsync();

        var answer = await twitter.GetIdAsync(pool, await twitter.Stub.TokenAsync(TwitterFixture.ConsumerKey, "28"));

        WireCalls.AssertRefused("NotAuthorizedException", "Token is not from a supported provider of this identity pool.", answer);
        Assert.Empty(await twitter.Stub.TakeRequestsAsync());
        await HasNoIdentityAsync(pool);
    }

    private async Task IsRefusedAsync(string token)
    {
        var pool = await twitter.PoolAsync();

        var answer = await twitter.GetIdAsync(pool, token);

        Answers.IsError("NotAuthorizedException", answer);
        Assert.Equal("Invalid login token.", answer.Message);
        Answers.IsSilentAbout(token, answer);
        await HasNoIdentityAsync(pool);
    }

    private async Task HasNoIdentityAsync(string pool) =>
        Assert.Equal(0, await twitter.Database.CountAsync($"identity where pool_id = '{pool}'"));
}
