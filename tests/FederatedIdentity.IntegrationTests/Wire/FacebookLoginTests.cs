using System.Text.Json.Nodes;
using FederatedIdentity.IntegrationTests.Sts;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>Facebook Login through the API, with a Graph API that behaves like Facebook's.</summary>
[Collection(nameof(VendorTests))]
public sealed class FacebookLoginTests(VendorFixture vendors) : IAsyncLifetime
{
    private const string Key = "graph.facebook.com";
    private const string Refused = "Invalid login token.";
    private const string NotResponding = "graph.facebook.com is not responding.";
    private const string NotSupported = "Token is not from a supported provider of this identity pool.";

    public Task InitializeAsync() => vendors.Facebook.ControlAsync("reset");

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(VendorFixture.FacebookApp)]
    [InlineData(VendorFixture.UnknownApp)]
    public async Task A_user_has_one_identity_whatever_token_proves_him(string app)
    {
        var pool = await vendors.PoolAsync(Key, app);
        var first = await vendors.FacebookTokenAsync("1001", app);

        var id = Answers.IsSuccess(await vendors.GetIdAsync(pool, new() { [Key] = first }))["IdentityId"];

        var (again, other) = (await vendors.FacebookTokenAsync("1001", app), await vendors.FacebookTokenAsync("1002", app));
        Assert.Equal(id, (await vendors.GetIdAsync(pool, new() { [Key] = first }))["IdentityId"]);
        Assert.Equal(id, (await vendors.GetIdAsync(pool, new() { [Key] = again }))["IdentityId"]);
        Assert.NotEqual(id, (await vendors.GetIdAsync(pool, new() { [Key] = other }))["IdentityId"]);
    }

    [Fact]
    public async Task The_token_names_app_and_user()
    {
        var pool = await vendors.PoolAsync(Key, VendorFixture.FacebookApp);
        var logins = new Dictionary<string, string> { [Key] = await vendors.FacebookTokenAsync("1003") };
        var id = (await vendors.GetIdAsync(pool, logins))["IdentityId"];

        var answer = Answers.IsSuccess(await vendors.Client.CallAsync("GetOpenIdToken", new { IdentityId = id, Logins = logins }));

        Assert.Equal(
            $"""["authenticated","{Key}","{Key}:{VendorFixture.FacebookApp}:1003"]""", Claims(answer["Token"])["amr"]!.ToJsonString());
    }

    [Theory]
    [InlineData(VendorFixture.FacebookApp, VendorFixture.UnknownApp)]
    [InlineData(VendorFixture.UnknownApp, VendorFixture.FacebookApp)]
    public async Task P01_a_token_of_another_app_creates_nothing(string app, string foreign)
    {
        var pool = await vendors.PoolAsync(Key, app);
        var token = await vendors.FacebookTokenAsync("1004", foreign);

        AssertRefused("NotAuthorizedException", NotSupported, await vendors.GetIdAsync(pool, new() { [Key] = token }));

        Assert.Equal((0, 0), await vendors.StoredAsync(pool));
        await vendors.AssertNotLoggedAsync(token);
    }

    [Theory]
    [InlineData(VendorFixture.FacebookApp)]
    [InlineData(VendorFixture.UnknownApp)]
    public async Task P03_a_bad_token_is_refused_by_every_operation(string app)
    {
        var pool = await vendors.PoolAsync(Key, app);
        var good = new Dictionary<string, string> { [Key] = await vendors.FacebookTokenAsync("1005", app) };
        var id = (await vendors.GetIdAsync(pool, good))["IdentityId"];
        var token = vendors.NewToken("EAAB");
        var bad = new Dictionary<string, string> { [Key] = token };

        AssertRefused("NotAuthorizedException", Refused, await vendors.GetIdAsync(pool, bad));
        foreach (var operation in new[] { "GetOpenIdToken", "GetCredentialsForIdentity" })
        {
            var answer = await vendors.Client.CallAsync(operation, new { IdentityId = id, Logins = bad });
            AssertRefused("NotAuthorizedException", Refused, answer);
        }

        AssertRefused("NotAuthorizedException", Refused, await vendors.Client.CallAsync(
            "UnlinkIdentity", new { IdentityId = id, Logins = bad, LoginsToRemove = new[] { Key } }));
        Assert.Equal((1, 1), await vendors.StoredAsync(pool));
        await vendors.AssertNotLoggedAsync(token, good[Key], VendorFixture.FacebookSecret);
    }

    [Theory]
    [InlineData("&access_token=x")]
    [InlineData("#")]
    [InlineData("%00")]
    [InlineData("\r\nHost: evil")]
    [InlineData(" ")]
    [InlineData("\U0001F511")]
    public async Task P06_nothing_in_a_token_becomes_another_parameter(string tail)
    {
        var pool = await vendors.PoolAsync(Key, VendorFixture.FacebookApp);
        var token = vendors.NewToken("EAAB") + tail;

        AssertRefused("NotAuthorizedException", Refused, await vendors.GetIdAsync(pool, new() { [Key] = token }));

        Assert.All(await vendors.Facebook.RequestsAsync(), request =>
        {
            Assert.Equal(token, request["input_token"]);
            Assert.Equal(2, request.Parameters.Length);
        });
    }

    [Theory]
    [InlineData("close")]
    [InlineData("hang")]
    [InlineData("html")]
    [InlineData("throttled")]
    public async Task P08_an_outage_is_no_refusal_and_creates_nothing(string fault)
    {
        var pool = await vendors.PoolAsync(Key, VendorFixture.FacebookApp);
        var token = await vendors.FacebookTokenAsync("1006");
        await vendors.Facebook.ControlAsync("faults", fault switch
        {
            "close" => new { path = "/debug_token", close = true, times = 9 },
            "hang" => new { path = "/debug_token", hang = true, times = 9 },
            "html" => new { path = "/debug_token", status = 502, type = "text/html", body = "<html>Sorry</html>", times = 9 },
            _ => new { path = "/debug_token", status = 400, body = """{"error":{"type":"OAuthException","code":4}}""", times = 9 },
        });

        AssertRefused("ExternalServiceException", NotResponding, await vendors.GetIdAsync(pool, new() { [Key] = token }));

        Assert.Equal((0, 0), await vendors.StoredAsync(pool));
        await vendors.AssertNotLoggedAsync(token, VendorFixture.FacebookSecret);
    }

    [Fact]
    public async Task A_wrong_secret_is_told_to_the_operator_and_not_to_the_user()
    {
        var pool = await vendors.PoolAsync(Key, VendorFixture.MistakenApp);
        var token = await vendors.FacebookTokenAsync("1007", VendorFixture.MistakenApp);

        AssertRefused("ExternalServiceException", NotResponding, await vendors.GetIdAsync(pool, new() { [Key] = token }));

        // An outage that another test played may have been told within the same second; then the next login tells of this one.
        var warning = $"the secret that is configured for app {VendorFixture.MistakenApp} is refused";
        await StsCalls.EventuallyAsync(
            async () =>
            {
                await vendors.GetIdAsync(pool, new() { [Key] = token });
                return await vendors.LogAsync();
            },
            log => log.Contains(warning, StringComparison.Ordinal));
        await vendors.AssertNotLoggedAsync(token, VendorFixture.MistakenSecret);
    }

    [Fact]
    public async Task P09_an_ID_token_of_Limited_Login_is_refused_while_that_is_off()
    {
        var pool = await vendors.PoolAsync(Key, VendorFixture.FacebookApp);

        AssertRefused("NotAuthorizedException", Refused, await vendors.GetIdAsync(pool, new() { [Key] = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln" }));
        Assert.Empty(await vendors.Facebook.CallsAsync());
    }

    [Fact]
    public async Task P47_one_bad_login_beside_a_good_one_links_nothing()
    {
        var pool = await BothPoolAsync();
        var logins = new Dictionary<string, string>
        {
            ["www.amazon.com"] = await vendors.AmazonTokenAsync("amzn1.account.P47"),
            [Key] = vendors.NewToken("EAAB"),
        };

        AssertRefused("NotAuthorizedException", Refused, await vendors.GetIdAsync(pool, logins));

        Assert.Equal((0, 0), await vendors.StoredAsync(pool));
    }

    [Fact]
    public async Task P49_a_pool_without_Facebook_does_not_take_its_tokens()
    {
        var pool = await vendors.PoolAsync("www.amazon.com", VendorFixture.AmazonClient);

        var token = await vendors.FacebookTokenAsync("1008");

        AssertRefused("NotAuthorizedException", NotSupported, await vendors.GetIdAsync(pool, new() { [Key] = token }));
        Assert.Empty(await vendors.Facebook.CallsAsync());
    }

    [Fact]
    public async Task P50_two_users_of_Facebook_never_share_an_identity()
    {
        var pool = await vendors.PoolAsync(Key, VendorFixture.FacebookApp);
        var (first, second) = (await vendors.FacebookTokenAsync("1009"), await vendors.FacebookTokenAsync("1010"));
        var id = (await vendors.GetIdAsync(pool, new() { [Key] = first }))["IdentityId"];
        var other = (await vendors.GetIdAsync(pool, new() { [Key] = second }))["IdentityId"];

        AssertRefused("NotAuthorizedException", DoNotMatch, await vendors.Client.CallAsync(
            "GetOpenIdToken", new { IdentityId = id, Logins = new Dictionary<string, string> { [Key] = second } }));
        Assert.Equal(other, (await vendors.GetIdAsync(pool, new() { [Key] = second }))["IdentityId"]);
    }

    [Fact]
    public async Task P50_a_login_that_belongs_to_another_identity_is_a_conflict()
    {
        var pool = await BothPoolAsync();
        var shared = await vendors.AmazonTokenAsync("amzn1.account.P50");
        var (first, second) = (await vendors.FacebookTokenAsync("1011"), await vendors.FacebookTokenAsync("1012"));
        var id = (await vendors.GetIdAsync(pool, new() { [Key] = first }))["IdentityId"];
        await vendors.GetIdAsync(pool, new() { [Key] = second, ["www.amazon.com"] = shared });

        AssertRefused("ResourceConflictException", Linked, await vendors.Client.CallAsync(
            "GetOpenIdToken",
            new { IdentityId = id, Logins = new Dictionary<string, string> { [Key] = first, ["www.amazon.com"] = shared } }));
    }

    [Theory]
    [InlineData("sub", "1013", true)]
    [InlineData("sub", "1014", false)]
    [InlineData("aud", VendorFixture.FacebookApp, true)]
    [InlineData("aud", "7346", false)]
    [InlineData("iss", Key, true)]
    [InlineData("email", "user@example.test", false)]
    public async Task Rules_may_ask_for_user_and_app_alone(string claim, string value, bool matches)
    {
        var pool = await vendors.PoolAsync(Key, VendorFixture.FacebookApp);
        var logins = new Dictionary<string, string> { [Key] = await vendors.FacebookTokenAsync("1013") };
        var id = (await vendors.GetIdAsync(pool, logins))["IdentityId"];
        var rules = new { Rules = new[] { new { Claim = claim, MatchType = "Equals", Value = value, RoleARN = AnyRole } } };
        AssertEmpty(await vendors.Client.CallAsync("SetIdentityPoolRoles", new
        {
            IdentityPoolId = pool,
            Roles = new { },
            RoleMappings = new JsonObject
            {
                [Key] = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(
                    new { Type = "Rules", AmbiguousRoleResolution = "Deny", RulesConfiguration = rules })),
            },
        }));

        var answer = await vendors.Client.CallAsync("GetCredentialsForIdentity", new { IdentityId = id, Logins = logins });

        // A role was found and there is nobody to assume it yet, or none was found.
        Assert.Equal(matches ? "InvalidIdentityPoolConfigurationException" : "NotAuthorizedException", answer.Error);
    }

    private async Task<string> BothPoolAsync() => Answers.IsSuccess(await vendors.Client.CallAsync("CreateIdentityPool", new
    {
        IdentityPoolName = "both",
        AllowUnauthenticatedIdentities = true,
        SupportedLoginProviders = new Dictionary<string, string>
        {
            [Key] = VendorFixture.FacebookApp,
            ["www.amazon.com"] = VendorFixture.AmazonClient,
        },
    }))["IdentityPoolId"];
}
