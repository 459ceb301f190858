using System.Text;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.UnitTests.Providers.FacebookWorld;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>One stub for the tests below, which take turns.</summary>
public sealed class AmazonStub : IAsyncLifetime
{
    public VendorStub Vendor { get; private set; } = null!;

    public async Task InitializeAsync() => Vendor = await VendorStub.StartAsync("amazon-stub.mjs");

    public async Task DisposeAsync() => await Vendor.DisposeAsync();
}

/// <summary>Against a Login with Amazon that behaves like the real one.</summary>
public sealed class AmazonProviderTests(AmazonStub amazon) : IClassFixture<AmazonStub>, IAsyncLifetime
{
    private const string Amazon = "www.amazon.com";
    private const string Client = "amzn1.application-oa2-client.188a56d827a7d6555a8b67a5d";
    private const string Application = "amzn1.application.5286e3c9cac24d8188908b500f4a05a5";
    private const string Account = "amzn1.account.AF5W6J2OG52NKFJGEN52GEZ5CWFQ";
    private const string AccessToken = "Atza|IQEBLjAsAhRmHjNgHpi0U-Dme37rR6CuUpSR";

    private readonly VendorStub _stub = amazon.Vendor;

    public async Task InitializeAsync()
    {
        await _stub.ControlAsync("reset");
        await TokenAsync(AccessToken);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(Client)]
    [InlineData(Application)]
    public async Task A_pool_may_hold_the_client_or_the_application(string app)
    {
        await using var rig = Rig();

        var login = Verified(await rig.VerifyAsync(Amazon, AccessToken, PoolOf(app)));

        Assert.Equal(new Login(LoginKind.Public, Amazon, Account), login.Login);
        Assert.Equal($"{Amazon}:{app}:{Account}", login.Amr);
        Assert.Equal((Amazon, app, Account), (Claim(login, "iss"), Claim(login, "aud"), Claim(login, "sub")));
        Assert.Null(login.Claims["exp"]);
        Assert.Null(login.Claims["email"]);
    }

    [Fact]
    public async Task Replicas_share_what_they_were_told_unless_they_ask_for_something_else()
    {
        var shared = new InMemoryTokenCache(TimeProvider.System);
        await using var careless = Rig(shared, ("Profile", "false"));
        await using var careful = Rig(shared);
        await using var likewise = Rig(shared);

        Verified(await careless.VerifyAsync(Amazon, AccessToken, PoolOf(Client)));
        Verified(await careful.VerifyAsync(Amazon, AccessToken, PoolOf(Client)));
        var login = Verified(await likewise.VerifyAsync(Amazon, AccessToken, PoolOf(Client)));

        Assert.Equal(["tokeninfo", "tokeninfo", "profile"], await _stub.CallsAsync());
        Assert.Equal((Account, Account), (login.Login.Subject, Claim(login, "sub")));
    }

    [Fact]
    public async Task Token_and_profile_are_asked_for_in_this_order()
    {
        await using var rig = Rig();

        await rig.VerifyAsync(Amazon, AccessToken, PoolOf(Client));

        var requests = await _stub.RequestsAsync();
        Assert.Equal(["/auth/o2/tokeninfo", "/user/profile"], requests.Select(request => request.Path));
        Assert.Equal([("access_token", AccessToken)], requests[0].Parameters);
        Assert.Equal($"Bearer {AccessToken}", requests[1].Headers["authorization"]);
    }

    [Theory]
    [InlineData("amzn1.application-oa2-client.other", Application, Client)]
    [InlineData(Client + "5", Application, Client)]
    [InlineData("amzn1.application-oa2-client.188a", Application, Client)]
    [InlineData(Application, Application, Client)]
    [InlineData(Client, "amzn1.application.other", Application)]
    [InlineData(Client, Application + "5", Application)]
    [InlineData(Application, Client, Application)]
    [InlineData(Application, Client, Client)]
    public async Task P16_a_token_of_another_app_is_refused(string client, string application, string app)
    {
        await TokenAsync("Atza|foreign", client: client, application: application);
        await using var rig = Rig();

        Refused(LoginSentences.UnsupportedProvider, await rig.VerifyAsync(Amazon, "Atza|foreign", PoolOf(app)));
        Assert.Equal(["tokeninfo"], await _stub.CallsAsync());
    }

    [Fact]
    public async Task P16_what_is_known_of_a_token_for_its_own_app_helps_nobody_at_another()
    {
        await using var rig = Rig();
        Verified(await rig.VerifyAsync(Amazon, AccessToken, PoolOf(Client)));

        Refused(
            LoginSentences.UnsupportedProvider,
            await rig.VerifyAsync(Amazon, AccessToken, PoolOf("amzn1.application-oa2-client.other")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("amzn1.application")]
    [InlineData("amzn1.application.")]
    [InlineData("amzn1.application-oa2-client.")]
    [InlineData("AMZN1.application.1")]
    [InlineData("amzn1.account.1")]
    public async Task P16_a_pool_whose_value_names_no_app_lets_nobody_in(string? value)
    {
        await TokenAsync("Atza|fit", client: value ?? "", application: value ?? "");
        await using var rig = Rig();

        Refused(LoginSentences.UnsupportedProvider, await rig.VerifyAsync(Amazon, "Atza|fit", PoolOf(value)));
        Assert.Empty(await _stub.CallsAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_700_000_000)]
    [InlineData(86_401)]
    [InlineData("2370")]
    [InlineData(0.5)]
    [InlineData(true)]
    [InlineData(null)]
    public async Task P17_the_life_that_remains_has_to_be_seconds(object? exp)
    {
        await TokenAsync("Atza|exp", info: new { exp });
        await using var rig = Rig();

        Refused(LoginSentences.Invalid, await rig.VerifyAsync(Amazon, "Atza|exp", PoolOf(Client)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3600)]
    [InlineData(86_400)]
    public async Task P17_an_hour_is_usual_and_a_day_the_most(int exp)
    {
        await TokenAsync("Atza|exp", info: new { exp });
        await using var rig = Rig();

        Verified(await rig.VerifyAsync(Amazon, "Atza|exp", PoolOf(Client)));
    }

    [Theory]
    [InlineData("Atzr|IQEBLzAtAhUAjagYW4Jrgw84pCaaIDjLKoe")]
    [InlineData("IQEBLjAsAhRmHjNgHpi0U-Dme37rR6CuUpSR")]
    [InlineData("atza|IQEBLjAsAhRmHjNgHpi0U-Dme37rR6CuUpSR")]
    [InlineData("Atza")]
    [InlineData(" " + AccessToken)]
    [InlineData(AccessToken + "\n")]
    [InlineData("Atza|\r\nHost: evil")]
    [InlineData("Atza|\u00e9")]
    [InlineData("Atza|\ud800")]
    public async Task P18_what_does_not_begin_like_an_access_token_is_refused_without_a_call(string token)
    {
        await using var rig = Rig();

        Refused(LoginSentences.Invalid, await rig.VerifyAsync(Amazon, token, PoolOf(Client)));
        Assert.Empty(await _stub.CallsAsync());
    }

    [Theory]
    [InlineData("", "anything", true)]
    [InlineData("", "Atzr|refresh", false)]
    [InlineData("", "atzr|refresh", false)]
    [InlineData("Atza-sandbox|", "Atza-sandbox|x", true)]
    [InlineData("Atza-sandbox|", AccessToken, false)]
    [InlineData("Atzr|", "Atzr|refresh", false)]
    public async Task P18_another_beginning_is_a_setting_and_refresh_tokens_never_are(string prefix, string token, bool accepted)
    {
        await TokenAsync(token);
        await using var rig = Rig(("TokenPrefix", prefix));

        Assert.Equal(accepted, await rig.VerifyAsync(Amazon, token, PoolOf(Client)) is LoginVerdict.Verified);
        Assert.Equal(accepted, (await _stub.CallsAsync()).Length > 0);
    }

    [Theory]
    [InlineData(2048, 1)]
    [InlineData(2049, 0)]
    public async Task P18_a_token_is_never_longer_than_documented(int length, int calls)
    {
        await using var rig = Rig();

        Refused(LoginSentences.Invalid, await rig.VerifyAsync(Amazon, "Atza|".PadRight(length, '%'), PoolOf(Client)));
        Assert.Equal(calls, (await _stub.CallsAsync()).Length);
    }

    [Theory]
    [InlineData("amzn1.account.OTHER")]
    [InlineData("amzn1.account.af5w6j2og52nkfjgen52gez5cwfq")]
    [InlineData(Account + " ")]
    [InlineData("")]
    [InlineData(null)]
    public async Task P19_a_profile_of_another_user_is_a_refusal(string? user)
    {
        await TokenAsync("Atza|two", profile: new { user_id = user });
        await using var rig = Rig();

        Refused(LoginSentences.Invalid, await rig.VerifyAsync(Amazon, "Atza|two", PoolOf(Client)));
    }

    [Fact]
    public async Task P19_who_switches_the_profile_off_trusts_tokeninfo_alone()
    {
        await TokenAsync("Atza|two", profile: new { user_id = "amzn1.account.OTHER" }, scope: "postal_code");
        await using var rig = Rig(("Profile", "false"));

        Verified(await rig.VerifyAsync(Amazon, "Atza|two", PoolOf(Client)));
        Assert.Equal(["tokeninfo"], await _stub.CallsAsync());
    }

    [Fact]
    public async Task P19_a_token_that_does_not_open_the_profile_is_refused()
    {
        await TokenAsync("Atza|scope", scope: "postal_code");
        await using var rig = Rig();

        Refused(LoginSentences.Invalid, await rig.VerifyAsync(Amazon, "Atza|scope", PoolOf(Client)));
        Assert.Contains(rig.Log.Lines, line => line.Text.Contains("insufficient_scope", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://www.amazon.com.evil")]
    [InlineData("http://www.amazon.com")]
    [InlineData("https://www.amazon.com/")]
    [InlineData("www.amazon.com")]
    [InlineData("https://WWW.amazon.com")]
    [InlineData(null)]
    public async Task P20_another_issuer_is_refused(string? iss)
    {
        await TokenAsync("Atza|iss", info: new { iss });
        await using var rig = Rig();

        Refused(LoginSentences.IssuerMismatch, await rig.VerifyAsync(Amazon, "Atza|iss", PoolOf(Client)));
    }

    [Theory]
    [InlineData("Atza|a+b/c%d|e=f&g#h?i;j")]
    [InlineData("Atza|%2B%7C&access_token=" + AccessToken)]
    [InlineData("Atza|%00%0d%0a")]
    [InlineData("Atza|\"'<>\\^`{}~!*()")]
    public async Task P21_a_token_arrives_as_it_was_sent(string token)
    {
        await TokenAsync(token);
        await using var rig = Rig();

        Verified(await rig.VerifyAsync(Amazon, token, PoolOf(Client)));

        var requests = await _stub.RequestsAsync();
        Assert.Equal([("access_token", token)], requests[0].Parameters);
        Assert.Equal($"Bearer {token}", requests[1].Headers["authorization"]);
    }

    [Theory]
    [InlineData("user_id", "")]
    [InlineData("user_id", null)]
    [InlineData("user_id", 7)]
    [InlineData("user_id", "amzn1\n")]
    [InlineData("aud", null)]
    [InlineData("aud", new[] { Client })]
    public async Task An_answer_that_names_no_app_or_user_is_a_refusal(string member, object? value)
    {
        await TokenAsync("Atza|odd", info: new Dictionary<string, object?> { [member] = value });
        await using var rig = Rig();

        Assert.IsType<LoginVerdict.Rejected>(await rig.VerifyAsync(Amazon, "Atza|odd", PoolOf(Client)));
    }

    [Fact]
    public async Task An_unknown_token_is_refused()
    {
        await using var rig = Rig();

        Refused(LoginSentences.Invalid, await rig.VerifyAsync(Amazon, "Atza|unknown", PoolOf(Client)));
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_token"}""", true)]
    [InlineData(401, """{"error":"invalid_token"}""", true)]
    [InlineData(400, """{"error":"invalid_request"}""", true)]
    [InlineData(403, """{"error":"insufficient_scope"}""", true)]
    [InlineData(200, """{"error":"invalid_token"}""", true)]
    [InlineData(400, """{"error":"ServerError"}""", false)]
    [InlineData(400, """{"error":"something_else"}""", false)]
    [InlineData(400, """{"error":["invalid_token"]}""", false)]
    [InlineData(400, "{}", false)]
    [InlineData(400, "<html>", false)]
    [InlineData(404, "", false)]
    [InlineData(429, """{"error":"invalid_token"}""", false)]
    [InlineData(500, """{"error":"invalid_token"}""", false)]
    [InlineData(503, """{"error":"ServerError"}""", false)]
    [InlineData(302, "", false)]
    [InlineData(200, "<html>", false)]
    [InlineData(200, "[]", false)]
    [InlineData(200, """{"iss":"https://www.amazon.com","user_id":"amzn1""", false)]
    [InlineData(200, """{"user_id":"a","user_id":"b"}""", false)]
    [InlineData(200, """{"user_id":"\ud800"}""", false)]
    [InlineData(200, """{"error":null}""", false)]
    public async Task An_error_about_the_token_is_a_refusal_and_any_other_an_outage(int status, string body, bool refused)
    {
        foreach (var path in new[] { "/tokeninfo", "/profile" })
        {
            await _stub.ControlAsync("reset");
            await _stub.ControlAsync("faults", new { path, status, body, times = 9 });
            await using var rig = Rig();

            var verdict = await rig.VerifyAsync(Amazon, AccessToken, PoolOf(Client));

            Assert.Equal(refused ? typeof(LoginVerdict.Rejected) : typeof(LoginVerdict.Unreachable), verdict.GetType());
        }
    }

    [Theory]
    [InlineData("/tokeninfo")]
    [InlineData("/profile")]
    public async Task A_huge_deep_or_broken_answer_is_an_outage(string path)
    {
        object[] faults =
        [
            new { path, body = new string('[', 100_000), times = 9 },
            new { path, body = $$"""{"user_id":"{{new string('x', 70_000)}}"}""", times = 9 },
            new { path, body = $$"""{"a":{{new string('[', 20)}}{{new string(']', 20)}}}""", times = 9 },
            new { path, close = true, times = 9 },
        ];
        foreach (var fault in faults)
        {
            await _stub.ControlAsync("reset");
            await _stub.ControlAsync("faults", fault);
            await using var rig = Rig();

            Assert.IsType<LoginVerdict.Unreachable>(await rig.VerifyAsync(Amazon, AccessToken, PoolOf(Client)));
        }
    }

    [Fact]
    public async Task P51_a_token_that_was_revoked_is_refused_after_five_minutes_at_the_latest()
    {
        await using var rig = Rig();
        Verified(await rig.VerifyAsync(Amazon, AccessToken, PoolOf(Client)));

        await _stub.ControlAsync("tokens", new { token = AccessToken, expiresIn = 0 });
        rig.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));

        Refused(LoginSentences.Invalid, await rig.VerifyAsync(Amazon, AccessToken, PoolOf(Client)));
    }

    [Fact]
    public async Task P52_however_many_bring_one_token_Amazon_is_asked_once()
    {
        await using var vendor = await LoopbackVendor.StartAsync();
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        vendor.On("tokeninfo", async context =>
        {
            await open.Task;
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(
                $$"""{"iss":"https://www.amazon.com","aud":"{{Client}}","user_id":"{{Account}}","exp":60}"""));
        });
        vendor.On("profile", $$"""{"user_id":"{{Account}}"}""");
        await using var rig = new VendorRig(vendor.Host, new Dictionary<string, string?> { ["Amazon:Endpoint"] = vendor.Url });

        var all = Enumerable.Range(0, 200).Select(_ => rig.VerifyAsync(Amazon, AccessToken, PoolOf(Client)).AsTask()).ToArray();
        open.SetResult();

        Assert.All(await Task.WhenAll(all), verdict => Verified(verdict));
        Assert.Equal(["tokeninfo", "profile"], vendor.Calls);
    }

    [Fact]
    public async Task Nothing_of_a_token_is_logged()
    {
        await using var rig = Rig();

        await rig.VerifyAsync(Amazon, AccessToken, PoolOf(Client));
        await rig.VerifyAsync(Amazon, "Atza|unknown", PoolOf(Client));
        await _stub.ControlAsync("faults", new { path = "/tokeninfo", close = true, times = 9 });
        await rig.VerifyAsync(Amazon, "Atza|cut", PoolOf(Client));

        Assert.Equal(2, rig.Log.Lines.Count);
        Assert.DoesNotContain(rig.Log.Lines, line => line.Text.Contains("Atza", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("www.amazon.com", true)]
    [InlineData("WWW.amazon.com", false)]
    [InlineData("www.amazon.com ", false)]
    [InlineData("https://www.amazon.com", false)]
    public async Task P48_the_key_is_compared_to_the_letter(string key, bool serves)
    {
        await using var rig = Rig();

        Assert.Equal(serves, await rig.VerifyAsync(key, AccessToken, PoolOf(Client)) is LoginVerdict.Verified);
    }

    private static Pool PoolOf(string? app) =>
        ProviderRig.PoolOf(app is null ? null : new Dictionary<string, string> { [Amazon] = app });

    private static string? Claim(LoginVerdict.Verified login, string name) => login.Claims[name]?.GetString();

    private Task TokenAsync(
        string token,
        string client = Client,
        string application = Application,
        string scope = "profile",
        object? info = null,
        object? profile = null) =>
        _stub.ControlAsync("tokens", new { token, client, app = application, user = Account, scope, info, profile });

    private VendorRig Rig(params (string Name, string Value)[] more) => Rig(shared: null, more);

    private VendorRig Rig(InMemoryTokenCache? shared, params (string Name, string Value)[] more)
    {
        var settings = more.ToDictionary(setting => $"Amazon:{setting.Name}", setting => (string?)setting.Value);
        settings["Amazon:Endpoint"] = _stub.Url;
        return new VendorRig(_stub.Host, settings, shared);
    }
}
