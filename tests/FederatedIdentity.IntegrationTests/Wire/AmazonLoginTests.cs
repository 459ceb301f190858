using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>Login with Amazon through the API, with an Amazon that behaves like the real one.</summary>
[Collection(nameof(VendorTests))]
public sealed class AmazonLoginTests(VendorFixture vendors) : IAsyncLifetime
{
    private const string Key = "www.amazon.com";
    private const string Refused = "Invalid login token.";
    private const string NotSupported = "Token is not from a supported provider of this identity pool.";

    public Task InitializeAsync() => vendors.Amazon.ControlAsync("reset");

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(VendorFixture.AmazonClient)]
    [InlineData(VendorFixture.AmazonApplication)]
    public async Task A_user_has_one_identity_and_a_token_that_names_the_pools_own_value(string app)
    {
        var pool = await vendors.PoolAsync(Key, app);
        var logins = new Dictionary<string, string> { [Key] = await vendors.AmazonTokenAsync("amzn1.account.A") };

        var id = Answers.IsSuccess(await vendors.GetIdAsync(pool, logins))["IdentityId"];
        var token = Answers.IsSuccess(await vendors.Client.CallAsync("GetOpenIdToken", new { IdentityId = id, Logins = logins }))["Token"];

        Assert.Equal($"""["authenticated","{Key}","{Key}:{app}:amzn1.account.A"]""", Claims(token)["amr"]!.ToJsonString());
        Assert.Equal(id, (await LoginAsync(pool, await vendors.AmazonTokenAsync("amzn1.account.A")))["IdentityId"]);
        Assert.NotEqual(id, (await LoginAsync(pool, await vendors.AmazonTokenAsync("amzn1.account.B")))["IdentityId"]);
    }

    [Theory]
    [InlineData("amzn1.application-oa2-client.other")]
    [InlineData("amzn1.application.other")]
    public async Task P16_a_token_of_another_app_creates_nothing(string app)
    {
        var pool = await vendors.PoolAsync(Key, app);
        var token = await vendors.AmazonTokenAsync("amzn1.account.P16");

        AssertRefused("NotAuthorizedException", NotSupported, await LoginAsync(pool, token));

        Assert.Equal((0, 0), await vendors.StoredAsync(pool));
        await vendors.AssertNotLoggedAsync(token);
    }

    [Fact]
    public async Task P16_a_value_that_was_stored_before_it_was_checked_lets_nobody_in()
    {
        var pool = await vendors.PoolAsync(Key, VendorFixture.AmazonClient);
        await vendors.Database.ScalarAsync(
            $$"""update identity_pool set supported_login_providers = '{"{{Key}}":"legacy"}' where id = '{{pool}}' returning 1""");
        var token = await vendors.AmazonTokenAsync("amzn1.account.legacy", new { aud = "legacy", app_id = "legacy" });

        AssertRefused("NotAuthorizedException", NotSupported, await LoginAsync(pool, token));
        Assert.Equal((0, 0), await vendors.StoredAsync(pool));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(1_700_000_000)]
    [InlineData("2370")]
    public async Task P17_a_life_that_is_no_number_of_seconds_is_refused(object exp)
    {
        var pool = await vendors.PoolAsync(Key, VendorFixture.AmazonClient);

        AssertRefused(
            "NotAuthorizedException",
            Refused,
            await vendors.GetIdAsync(pool, new() { [Key] = await vendors.AmazonTokenAsync("amzn1.account.P17", new { exp }) }));
    }

    [Theory]
    [InlineData("Atzr|IQEBLzAtAhUAjagYW4Jrgw84pCaaIDjLKoe")]
    [InlineData("IQEBLjAsAhRmHjNgHpi0U")]
    [InlineData("atza|IQEBLjAsAhRmHjNgHpi0U")]
    public async Task P18_what_is_no_access_token_is_never_passed_on(string token)
    {
        var pool = await vendors.PoolAsync(Key, VendorFixture.AmazonClient);

        AssertRefused("NotAuthorizedException", Refused, await LoginAsync(pool, token));
        Assert.Empty(await vendors.Amazon.CallsAsync());
        await vendors.AssertNotLoggedAsync(token);
    }

    [Fact]
    public async Task P19_a_profile_of_another_user_creates_nothing()
    {
        var pool = await vendors.PoolAsync(Key, VendorFixture.AmazonClient);
        var token = await vendors.AmazonTokenAsync("amzn1.account.P19", profile: new { user_id = "amzn1.account.OTHER" });

        AssertRefused("NotAuthorizedException", Refused, await LoginAsync(pool, token));
        Assert.Equal((0, 0), await vendors.StoredAsync(pool));
    }

    [Theory]
    [InlineData("https://www.amazon.com.evil")]
    [InlineData("http://www.amazon.com")]
    public async Task P20_another_issuer_is_refused(string iss)
    {
        var pool = await vendors.PoolAsync(Key, VendorFixture.AmazonClient);

        AssertRefused(
            "NotAuthorizedException",
            "Invalid login token. Issuer doesn't match providerName",
            await vendors.GetIdAsync(pool, new() { [Key] = await vendors.AmazonTokenAsync("amzn1.account.P20", new { iss }) }));
    }

    [Fact]
    public async Task P21_a_token_arrives_as_it_was_sent()
    {
        var pool = await vendors.PoolAsync(Key, VendorFixture.AmazonClient);
        var token = vendors.NewToken("Atza|a+b/c%d|&access_token=x#");

        AssertRefused("NotAuthorizedException", Refused, await LoginAsync(pool, token));

        var request = Assert.Single(await vendors.Amazon.RequestsAsync());
        Assert.Equal([("access_token", token)], request.Parameters);
        await vendors.AssertNotLoggedAsync(token, Uri.EscapeDataString(token));
    }

    [Theory]
    [InlineData("/tokeninfo", 503)]
    [InlineData("/profile", 500)]
    [InlineData("/tokeninfo", 429)]
    public async Task An_outage_is_no_refusal_and_creates_nothing(string path, int status)
    {
        var pool = await vendors.PoolAsync(Key, VendorFixture.AmazonClient);
        var token = await vendors.AmazonTokenAsync("amzn1.account.outage");
        await vendors.Amazon.ControlAsync("faults", new { path, status, body = """{"error":"ServerError"}""", times = 9 });

        AssertRefused(
            "ExternalServiceException", "www.amazon.com is not responding.", await LoginAsync(pool, token));

        Assert.Equal((0, 0), await vendors.StoredAsync(pool));
        await vendors.AssertNotLoggedAsync(token);
    }

    [Fact]
    public async Task P49_a_pool_without_Amazon_does_not_take_its_tokens()
    {
        var pool = await vendors.PoolAsync("graph.facebook.com", VendorFixture.FacebookApp);

        AssertRefused("NotAuthorizedException", NotSupported, await LoginAsync(pool, await vendors.AmazonTokenAsync("amzn1.account.P49")));
        Assert.Empty(await vendors.Amazon.CallsAsync());
    }

    private Task<WireAnswer> LoginAsync(string pool, string token) => vendors.GetIdAsync(pool, new() { [Key] = token });
}
