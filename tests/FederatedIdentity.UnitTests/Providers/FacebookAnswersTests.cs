using System.Text;
using FederatedIdentity.Domain.Logins;
using static FederatedIdentity.UnitTests.Providers.FacebookWorld;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>Against a Graph API that answers what Facebook never would, or only on its bad days.</summary>
public sealed class FacebookAnswersTests : IAsyncLifetime
{
    private const long Now = 1_767_323_045; // The manual clock's.

    private static readonly (string? Secret, string Call)[] EveryCall =
        [(Secret, "debug_token"), (Secret, "me"), (null, "app"), (null, "me")];

    private LoopbackVendor _graph = null!;

    public static TheoryData<string> Nonsense =>
    [
        "", "null", "[]", "\"USER\"", "{", """{"data":{"app_id":"73""", "<html><body>502</body></html>", "{} {}", "\ufeff{}",
        """{"id":"1","id":"2"}""", """{"data":{"is_valid":true},"data":{"is_valid":true}}""", """{"id":"\ud800"}""",
        """{"data":{"type":"USER","ty\u0070e":"PAGE"}}""", """{"data":[]}""", """{"data":null}""", """{"data":"USER"}""", "{}",
        """{"error":"down"}""", """{"error":[]}""", """{"error":{}}""",
        new string('[', 100_000), $$"""{"a":{{new string('[', 20)}}{{new string(']', 20)}}}""",
        $$"""{"id":"1","padding":"{{new string('x', 70_000)}}"}""",
    ];

    public async Task InitializeAsync()
    {
        _graph = await LoopbackVendor.StartAsync();
        AnswerWell();
    }

    public async Task DisposeAsync() => await _graph.DisposeAsync();

    [Theory]
    [InlineData("type", "\"PAGE\"")]
    [InlineData("type", "\"APP\"")]
    [InlineData("type", "\"user\"")]
    [InlineData("type", "null")]
    [InlineData("type", "[\"USER\"]")]
    [InlineData("user_id", "\"\"")]
    [InlineData("user_id", "null")]
    [InlineData("user_id", "-1")]
    [InlineData("user_id", "1e3")]
    [InlineData("user_id", "1.0")]
    [InlineData("user_id", "{\"id\":\"10215241773831025\"}")]
    [InlineData("user_id", "\"1\\u0000\"")]
    [InlineData("user_id", "\"\\u202e1\"")]
    public Task P02_only_a_user_with_an_id_gets_in(string member, string value) => RefusedAsync(Inspected((member, value)));

    [Theory]
    [InlineData("type")]
    [InlineData("user_id")]
    [InlineData("is_valid")]
    [InlineData("app_id")]
    [InlineData("expires_at")]
    public Task P02_nothing_that_matters_may_be_missing(string member) => RefusedAsync(Inspected((member, null)));

    [Fact]
    public Task P02_a_user_id_beyond_all_measure_is_refused() => RefusedAsync(Inspected(("user_id", $"\"{new string('1', 256)}\"")));

    [Theory]
    [InlineData("false")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("\"true\"")]
    [InlineData("[true]")]
    public Task P03_is_valid_has_to_be_true_and_nothing_like_it(string value) => RefusedAsync(Inspected(("is_valid", value)));

    [Fact]
    public Task P03_an_error_beside_good_data_is_a_refusal() => RefusedAsync(Inspected(("error", """{"code":190,"message":"expired"}""")));

    [Theory]
    [InlineData("7346241598935552", App, true)]
    [InlineData("\"7346241598935552\"", App, true)]
    [InlineData("9007199254740993", "9007199254740993", true)]
    [InlineData("9007199254740993", "9007199254740992", false)]
    [InlineData("9007199254740992", "9007199254740993", false)]
    [InlineData("12345678901234567890123", "12345678901234567890123", true)]
    [InlineData("12345678901234567890123", "12345678901234567890124", false)]
    [InlineData("7346241598935552.0", App, false)]
    [InlineData("7.346241598935552e15", App, false)]
    [InlineData("-7346241598935552", App, false)]
    [InlineData("\"7346241598935552 \"", App, false)]
    [InlineData("\"73462415989355521\"", App, false)]
    [InlineData("\"346241598935552\"", App, false)]
    [InlineData("[\"7346241598935552\"]", App, false)]
    [InlineData("{\"7346241598935552\":true}", App, false)]
    [InlineData("null", App, false)]
    public async Task P04_an_app_id_is_compared_as_it_is_written(string stated, string configured, bool accepted)
    {
        _graph.On("debug_token", Inspected(("app_id", stated)));
        await using var rig = new VendorRig(_graph.Host, new Dictionary<string, string?>
        {
            ["Facebook:Endpoint"] = _graph.Url,
            [$"Facebook:AppSecrets:{configured}"] = Secret,
        });

        var verdict = await rig.VerifyAsync(Key, Token, PoolOf(configured));

        Assert.Equal(accepted, verdict is LoginVerdict.Verified);
        Assert.Equal(accepted ? ["debug_token", "me"] : ["debug_token"], _graph.Calls);
    }

    [Fact]
    public async Task P04_numbers_of_old_versions_are_ids_of_users_too()
    {
        _graph.On("debug_token", Inspected(("user_id", "9007199254740993")));
        _graph.On("me", """{"id":9007199254740993}""");
        await using var rig = Rig(Secret);

        Assert.Equal("9007199254740993", Verified(await rig.VerifyAsync(Key, Token, PoolOf(App))).Login.Subject);
    }

    [Theory]
    [InlineData(Now + 1, true)]
    [InlineData(0, true)]
    [InlineData(Now, false)]
    [InlineData(Now - 1, false)]
    public async Task P07_the_expiry_counts_whatever_is_valid_says(long expiry, bool accepted)
    {
        _graph.On("debug_token", Inspected(("expires_at", $"{expiry}")));
        await using var rig = Rig(Secret);

        var verdict = await rig.VerifyAsync(Key, Token, PoolOf(App));

        Assert.Equal(accepted, verdict is LoginVerdict.Verified);
        if (!accepted)
        {
            Refused(LoginSentences.Expired(Now, expiry), verdict);
        }
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("\"0\"")]
    [InlineData("null")]
    [InlineData("1e400")]
    [InlineData("253402300800")]
    [InlineData("9223372036854775808")]
    [InlineData("1790000000.5")]
    public Task P07_an_expiry_that_is_no_time_is_a_refusal(string value) => RefusedAsync(Inspected(("expires_at", value)));

    [Fact]
    public async Task P07_the_end_of_data_access_ends_no_login()
    {
        _graph.On("debug_token", Inspected(("data_access_expires_at", "1")));
        await using var rig = Rig(Secret);

        Verified(await rig.VerifyAsync(Key, Token, PoolOf(App)));
    }

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task P08_an_answer_that_makes_no_sense_is_an_outage(string body)
    {
        foreach (var (secret, call) in EveryCall)
        {
            AnswerWell();
            _graph.On(call, body);
            await using var rig = Rig(secret);

            Assert.IsType<LoginVerdict.Unreachable>(await rig.VerifyAsync(Key, Token, PoolOf(App)));
        }
    }

    [Theory]
    [InlineData(500, """{"error":{"code":190,"type":"OAuthException"}}""")]
    [InlineData(500, """{"error":{"code":2,"type":"OAuthException","is_transient":true}}""")]
    [InlineData(503, "")]
    [InlineData(429, """{"error":{"code":190,"type":"OAuthException"}}""")]
    [InlineData(302, "")]
    [InlineData(204, "")]
    [InlineData(206, """{"id":"10215241773831025"}""")]
    [InlineData(400, "<html>")]
    [InlineData(404, "")]
    [InlineData(400, "{}")]
    [InlineData(400, """{"id":"10215241773831025"}""")]
    [InlineData(400, """{"error":{"code":1,"type":"OAuthException"}}""")]
    [InlineData(400, """{"error":{"code":2,"type":"OAuthException"}}""")]
    [InlineData(400, """{"error":{"code":4,"type":"OAuthException"}}""")]
    [InlineData(403, """{"error":{"code":4,"type":"OAuthException"}}""")]
    [InlineData(400, """{"error":{"code":17,"type":"OAuthException"}}""")]
    [InlineData(400, """{"error":{"code":32,"type":"OAuthException"}}""")]
    [InlineData(400, """{"error":{"code":341,"type":"OAuthException"}}""")]
    [InlineData(400, """{"error":{"code":613,"type":"OAuthException"}}""")]
    [InlineData(400, """{"error":{"code":80004,"type":"OAuthException"}}""")]
    [InlineData(400, """{"error":{"code":2635,"type":"OAuthException"}}""")]
    [InlineData(400, """{"error":{"code":190,"type":"OAuthException","is_transient":true}}""")]
    [InlineData(400, """{"error":{"code":999,"type":"GraphMethodException"}}""")]
    [InlineData(400, """{"error":{"message":"?"}}""")]
    public async Task P08_an_outage_of_any_call_says_nothing_about_the_token(int status, string body)
    {
        foreach (var (secret, call) in EveryCall)
        {
            AnswerWell();
            _graph.On(call, body, status);
            await using var rig = Rig(secret);

            Assert.IsType<LoginVerdict.Unreachable>(await rig.VerifyAsync(Key, Token, PoolOf(App)));
        }
    }

    [Fact]
    public async Task P08_an_outage_inside_of_a_success_is_one_too()
    {
        _graph.On("debug_token", Inspected(("is_valid", "false"), ("error", """{"code":2,"message":"later"}""")));
        await using var rig = Rig(Secret);

        Assert.IsType<LoginVerdict.Unreachable>(await rig.VerifyAsync(Key, Token, PoolOf(App)));
    }

    [Fact]
    public async Task P08_a_silent_Facebook_is_an_outage()
    {
        _graph.On("debug_token", context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var rig = Rig(Secret);

        Assert.IsType<LoginVerdict.Unreachable>(await rig.VerifyAsync(Key, Token, PoolOf(App)));
    }

    [Theory]
    [InlineData("debug_token", 190, 463, "OAuthException")]
    [InlineData("debug_token", 190, 460, "OAuthException")]
    [InlineData("debug_token", 190, 458, "OAuthException")]
    [InlineData("debug_token", 190, 459, "OAuthException")]
    [InlineData("debug_token", 190, 464, "OAuthException")]
    [InlineData("debug_token", 190, 467, "OAuthException")]
    [InlineData("debug_token", 190, 492, "OAuthException")]
    [InlineData("debug_token", 100, 0, "OAuthException")]
    [InlineData("me", 190, 0, "OAuthException")]
    [InlineData("me", 190, 467, "OAuthException")]
    [InlineData("me", 100, 0, "GraphMethodException")]
    [InlineData("me", 102, 0, "SessionException")]
    [InlineData("me", 2500, 0, "OAuthException")]
    [InlineData("me", 987654, 0, "OAuthException")]
    public async Task P01_P03_an_error_about_the_token_is_a_refusal(string call, int code, int subcode, string type)
    {
        _graph.On(call, $$$"""{"error":{"message":"no","type":"{{{type}}}","code":{{{code}}},"error_subcode":{{{subcode}}}}}""", 400);
        await using var rig = Rig(Secret);

        Assert.IsType<LoginVerdict.Rejected>(await rig.VerifyAsync(Key, Token, PoolOf(App)));
        Assert.DoesNotContain("app", _graph.Calls);
    }

    [Theory]
    [InlineData("app", 190, "OAuthException", true)]
    [InlineData("me", 190, "OAuthException", true)]
    [InlineData("app", 100, "OAuthException", true)]
    [InlineData("app", 10, "OAuthException", true)]
    [InlineData("app", 2500, "OAuthException", false)]
    public async Task Without_the_secret_errors_mean_the_same(string call, int code, string type, bool refused)
    {
        _graph.On(call, $$$"""{"error":{"message":"no","type":"{{{type}}}","code":{{{code}}}}}""", 401);
        await using var rig = Rig(null);

        var verdict = await rig.VerifyAsync(Key, Token, PoolOf(App));

        Assert.Equal(refused ? typeof(LoginVerdict.Rejected) : typeof(LoginVerdict.Unreachable), verdict.GetType());
    }

    [Theory]
    [InlineData(190, "OAuthException")]
    [InlineData(101, "OAuthException")]
    [InlineData(190, "Error")]
    public async Task A_refusal_that_names_no_token_is_held_against_the_users_own(int code, string type)
    {
        _graph.On("debug_token", $$$"""{"error":{"message":"no","type":"{{{type}}}","code":{{{code}}}}}""", 400);
        await using var rig = Rig(Secret);
        Assert.IsType<LoginVerdict.Unreachable>(await rig.VerifyAsync(Key, Token, PoolOf(App)));

        _graph.On("app", $$"""{"id":"{{OtherApp}}"}""");
        Refused(LoginSentences.UnsupportedProvider, await rig.VerifyAsync(Key, Token + "2", PoolOf(App)));

        _graph.On("app", """{"error":{"message":"no","type":"OAuthException","code":190}}""", 400);
        Refused(LoginSentences.Invalid, await rig.VerifyAsync(Key, Token + "3", PoolOf(App)));

        _graph.On("app", "", 503);
        Assert.IsType<LoginVerdict.Unreachable>(await rig.VerifyAsync(Key, Token + "4", PoolOf(App)));
        Assert.DoesNotContain("me", _graph.Calls);
    }

    [Fact]
    public async Task P10_a_user_who_is_another_in_the_second_answer_is_refused()
    {
        foreach (var other in new[] { "\"1\"", $"\"{User} \"", "10215241773831024", $"\"0{User}\"" })
        {
            _graph.On("me", $$"""{"id":{{other}}}""");
            await using var rig = Rig(Secret);

            Refused(LoginSentences.Invalid, await rig.VerifyAsync(Key, Token, PoolOf(App)));
        }
    }

    [Fact]
    public async Task P52_however_many_bring_one_token_Facebook_is_asked_once()
    {
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _graph.On("debug_token", async context =>
        {
            await open.Task;
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(Inspected()));
        });
        await using var rig = Rig(Secret);

        var all = Enumerable.Range(0, 200).Select(_ => rig.VerifyAsync(Key, Token, PoolOf(App)).AsTask()).ToArray();
        open.SetResult();

        Assert.All(await Task.WhenAll(all), verdict => Verified(verdict));
        Assert.Equal(["debug_token", "me"], _graph.Calls);
    }

    /// <summary>A good answer of debug_token with some members replaced, or left out where there is no value.</summary>
    private static string Inspected(params (string Name, string? Value)[] members)
    {
        var data = new Dictionary<string, string?>
        {
            ["app_id"] = $"\"{App}\"",
            ["type"] = "\"USER\"",
            ["application"] = "\"\\ud83d\\ude00\"",
            ["expires_at"] = "0",
            ["is_valid"] = "true",
            ["scopes"] = """["email"]""",
            ["granular_scopes"] = """[{"scope":"email","target_ids":["1"]}]""",
            ["user_id"] = $"\"{User}\"",
        };
        foreach (var (name, value) in members)
        {
            data[name] = value;
        }

        var present = data.Where(member => member.Value is not null).Select(member => $"\"{member.Key}\":{member.Value}");
        return $"{{\"data\":{{{string.Join(',', present)}}}}}";
    }

    private void AnswerWell()
    {
        _graph.On("debug_token", Inspected());
        _graph.On("app", $$"""{"id":"{{App}}"}""");
        _graph.On("me", $$"""{"id":"{{User}}"}""");
    }

    private async Task RefusedAsync(string inspected)
    {
        _graph.On("debug_token", inspected);
        await using var rig = Rig(Secret);

        Assert.IsType<LoginVerdict.Rejected>(await rig.VerifyAsync(Key, Token, PoolOf(App)));
        Assert.Equal(["debug_token"], _graph.Calls);
    }

    private VendorRig Rig(string? secret) => FacebookWorld.Rig(_graph.Host, _graph.Url, secret);
}
