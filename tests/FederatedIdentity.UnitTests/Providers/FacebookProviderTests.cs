using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Tests.Shared;
using Microsoft.Extensions.Logging;
using static FederatedIdentity.UnitTests.Providers.FacebookWorld;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>One stub for the tests below, which take turns.</summary>
public sealed class FacebookStub : IAsyncLifetime
{
    public VendorStub Vendor { get; private set; } = null!;

    public async Task InitializeAsync() => Vendor = await VendorStub.StartAsync("facebook-stub.mjs");

    public async Task DisposeAsync() => await Vendor.DisposeAsync();
}

/// <summary>Against a Graph API that behaves like Facebook's, with and without the app's secret.</summary>
public sealed class FacebookProviderTests(FacebookStub facebook) : IClassFixture<FacebookStub>, IAsyncLifetime
{
    private readonly VendorStub _stub = facebook.Vendor;

    public async Task InitializeAsync()
    {
        await _stub.ControlAsync("reset");
        await _stub.ControlAsync("apps", new { id = App, secret = Secret });
        await _stub.ControlAsync("apps", new { id = OtherApp, secret = OtherSecret });
        await _stub.ControlAsync("tokens", new { token = Token, app = App, user = User });
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task With_the_secret_two_answers_have_to_agree()
    {
        await using var rig = Rig(Secret);

        var login = Verified(await rig.VerifyAsync(Key, Token, PoolOf(App)));

        Assert.Equal(new Login(LoginKind.Public, Key, User), login.Login);
        Assert.Equal($"{Key}:{App}:{User}", login.Amr);
        Assert.False(login.NamesRoles);
        var requests = await _stub.RequestsAsync();
        Assert.Equal(["/v23.0/debug_token", "/v23.0/me"], requests.Select(request => request.Path));
        Assert.Equal([("input_token", Token), ("access_token", $"{App}|{Secret}")], requests[0].Parameters);
        Assert.Equal([("fields", "id"), ("access_token", Token), ("appsecret_proof", Proof(Token, Secret))], requests[1].Parameters);
    }

    [Fact]
    public async Task Without_the_secret_the_token_names_its_app_before_its_user()
    {
        await using var rig = Rig();

        var login = Verified(await rig.VerifyAsync(Key, Token, PoolOf(App)));

        Assert.Equal((new Login(LoginKind.Public, Key, User), $"{Key}:{App}:{User}"), (login.Login, login.Amr));
        var requests = await _stub.RequestsAsync();
        Assert.Equal(["/v23.0/app", "/v23.0/me"], requests.Select(request => request.Path));
        Assert.All(requests, request => Assert.Equal(Token, request["access_token"]));
    }

    [Fact]
    public async Task Rules_see_issuer_app_and_user_and_nothing_else()
    {
        await using var rig = Rig(Secret);

        var claims = Verified(await rig.VerifyAsync(Key, Token, PoolOf(App))).Claims;

        Assert.Equal((Key, App, User), (claims["iss"]?.GetString(), claims["aud"]?.GetString(), claims["sub"]?.GetString()));
        Assert.Null(claims["email"]);
        Assert.Null(claims["scopes"]);
    }

    [Theory]
    [InlineData(Secret, "debug_token")]
    [InlineData(null, "app")]
    public async Task P01_a_token_of_another_app_is_refused_and_its_user_never_asked_for(string? secret, string onlyCall)
    {
        await _stub.ControlAsync("tokens", new { token = "EAAforeign", app = OtherApp, user = User });
        await using var rig = Rig(secret);

        Refused(LoginSentences.UnsupportedProvider, await rig.VerifyAsync(Key, "EAAforeign", PoolOf(App)));
        Assert.Equal([onlyCall], await _stub.CallsAsync());
    }

    [Fact]
    public async Task P01_what_is_known_of_a_token_for_its_own_app_helps_nobody_at_another()
    {
        await using var rig = Rig(Secret);
        Verified(await rig.VerifyAsync(Key, Token, PoolOf(App)));

        Refused(LoginSentences.UnsupportedProvider, await rig.VerifyAsync(Key, Token, PoolOf(OtherApp)));
    }

    [Theory]
    [InlineData("7346")]
    [InlineData("73462415989355520")]
    [InlineData("07346241598935552")]
    public async Task P01_a_part_of_an_app_id_is_another_app(string poolsApp)
    {
        await using var rig = Rig();

        Refused(LoginSentences.UnsupportedProvider, await rig.VerifyAsync(Key, Token, PoolOf(poolsApp)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not;an;app")]
    [InlineData(App + ";" + OtherApp)]
    [InlineData(App + "\n")]
    public async Task A_pool_without_an_app_id_lets_nobody_in(string? value)
    {
        await using var rig = Rig(Secret);

        Refused(LoginSentences.UnsupportedProvider, await rig.VerifyAsync(Key, Token, PoolOf(value)));
        Assert.Empty(await _stub.CallsAsync());
    }

    [Theory]
    [InlineData("PAGE", Secret)]
    [InlineData("SYSTEM_USER", Secret)]
    [InlineData("APP", Secret)]
    [InlineData("APP", null)]
    public async Task P02_a_token_of_anything_but_a_user_is_refused(string type, string? secret)
    {
        await _stub.ControlAsync("tokens", new { token = "EAAother", app = App, user = User, type });
        await using var rig = Rig(secret);

        Refused(LoginSentences.Invalid, await rig.VerifyAsync(Key, "EAAother", PoolOf(App)));
    }

    [Theory]
    [InlineData(Secret)]
    [InlineData(null)]
    public async Task P03_an_unknown_token_is_refused(string? secret)
    {
        await using var rig = Rig(secret);

        Refused(LoginSentences.Invalid, await rig.VerifyAsync(Key, "EAAnobodys", PoolOf(App)));
        Assert.Single(await _stub.CallsAsync());
    }

    [Theory]
    [InlineData(190, 463, Secret)]
    [InlineData(190, 460, Secret)]
    [InlineData(190, 458, Secret)]
    [InlineData(190, 463, null)]
    [InlineData(190, 460, null)]
    [InlineData(190, 458, null)]
    public async Task P03_a_token_that_Facebook_ended_is_refused(int code, int subcode, string? secret)
    {
        var error = new { code, subcode, message = "ended" };
        await _stub.ControlAsync("tokens", new { token = "EAAended", app = App, user = User, error });
        await using var rig = Rig(secret);

        Refused(LoginSentences.Invalid, await rig.VerifyAsync(Key, "EAAended", PoolOf(App)));
    }

    [Theory]
    [InlineData(App + "|" + Secret)]
    [InlineData(App + "|guess")]
    [InlineData(OtherApp + "|" + OtherSecret)]
    public async Task P05_an_apps_own_token_is_refused_without_a_call(string token)
    {
        foreach (var secret in new[] { Secret, null })
        {
            await using var rig = Rig(secret);

            Refused(LoginSentences.Invalid, await rig.VerifyAsync(Key, token, PoolOf(App)));
        }

        Assert.Empty(await _stub.CallsAsync());
    }

    [Theory]
    [InlineData("EAAx&access_token=" + Token)]
    [InlineData("EAAx&input_token=" + Token)]
    [InlineData("EAAx#fragment")]
    [InlineData("EAAx%00")]
    [InlineData("EAAx%26access_token%3D" + Token)]
    [InlineData("EAAx+/=?;:@~'()*!")]
    [InlineData("../../" + Token)]
    public async Task P06_a_token_stays_one_parameter_whatever_it_holds(string token)
    {
        foreach (var (secret, name) in new[] { (Secret, "input_token"), (null, "access_token") })
        {
            await using var rig = Rig(secret);
            await _stub.ControlAsync("reset");

            Assert.IsType<LoginVerdict.Rejected>(await rig.VerifyAsync(Key, token, PoolOf(App)));

            var request = Assert.Single(await _stub.RequestsAsync());
            Assert.Equal(token, request[name]);
            Assert.Equal(secret is null ? 1 : 2, request.Parameters.Length);
        }
    }

    [Theory]
    [InlineData("EAAx\r\nHost: evil")]
    [InlineData("EAA x")]
    [InlineData(" " + Token)]
    [InlineData(Token + "\n")]
    [InlineData("EAAx\0")]
    [InlineData("EAA\u007f")]
    [InlineData("EAA\U0001F511")]
    [InlineData("EAA\ud800")]
    [InlineData("\uFF25\uFF21\uFF21")]
    public async Task P06_what_no_access_token_holds_is_refused_without_a_call(string token)
    {
        await using var rig = Rig(Secret);

        Refused(LoginSentences.Invalid, await rig.VerifyAsync(Key, token, PoolOf(App)));
        Assert.Empty(await _stub.CallsAsync());
    }

    [Theory]
    [InlineData(4096, 1)]
    [InlineData(4097, 0)]
    [InlineData(50_000, 0)]
    public async Task A_token_beyond_all_measure_is_refused_without_a_call(int length, int calls)
    {
        await using var rig = Rig(Secret);

        Refused(LoginSentences.Invalid, await rig.VerifyAsync(Key, new string('%', length), PoolOf(App)));
        Assert.Equal(calls, (await _stub.CallsAsync()).Length);
    }

    [Fact]
    public async Task P10_two_answers_that_name_different_users_are_a_refusal()
    {
        await _stub.ControlAsync("tokens", new { token = "EAAtwo", app = App, user = User, me = "999" });
        await using var rig = Rig(Secret);

        Refused(LoginSentences.Invalid, await rig.VerifyAsync(Key, "EAAtwo", PoolOf(App)));
    }

    [Fact]
    public async Task A_wrong_secret_is_an_outage_for_good_tokens_and_a_warning_for_the_operator()
    {
        await using var rig = Rig("not-the-secret");

        Assert.IsType<LoginVerdict.Unreachable>(await rig.VerifyAsync(Key, Token, PoolOf(App)));

        var (level, text) = Assert.Single(rig.Log.Lines);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains($"the secret that is configured for app {App} is refused (error 190)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-secret", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_secret_does_not_turn_bad_tokens_into_outages()
    {
        await _stub.ControlAsync("tokens", new { token = "EAAforeign", app = OtherApp, user = User });
        await using var rig = Rig("not-the-secret");

        Refused(LoginSentences.Invalid, await rig.VerifyAsync(Key, "EAAnobodys", PoolOf(App)));
        Refused(LoginSentences.UnsupportedProvider, await rig.VerifyAsync(Key, "EAAforeign", PoolOf(App)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("not-the-secret")]
    public async Task An_app_that_insists_on_proofs_needs_its_secret_configured(string? secret)
    {
        await _stub.ControlAsync("apps", new { id = App, secret = Secret, requireProof = true });
        await using var rig = Rig(secret);

        var outage = Assert.IsType<LoginVerdict.Unreachable>(await rig.VerifyAsync(Key, Token, PoolOf(App)));

        Assert.Contains("requires its (right) secret", outage.Detail, StringComparison.Ordinal);
        await using var configured = Rig(Secret);
        Verified(await configured.VerifyAsync(Key, Token, PoolOf(App)));
    }

    [Fact]
    public async Task A_secret_of_another_app_is_not_used()
    {
        await using var rig = new VendorRig(_stub.Host, new Dictionary<string, string?>
        {
            ["Facebook:Endpoint"] = _stub.Url,
            [$"Facebook:AppSecrets:{OtherApp}"] = OtherSecret,
        });

        Verified(await rig.VerifyAsync(Key, Token, PoolOf(App)));
        Assert.Equal(["app", "me"], await _stub.CallsAsync());
    }

    [Fact]
    public async Task P51_a_token_that_was_revoked_is_refused_after_five_minutes_at_the_latest()
    {
        await using var rig = Rig(Secret);
        Verified(await rig.VerifyAsync(Key, Token, PoolOf(App)));

        await _stub.ControlAsync("tokens", new { token = Token, app = App, user = User, error = new { code = 190, subcode = 458 } });
        rig.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));

        Refused(LoginSentences.Invalid, await rig.VerifyAsync(Key, Token, PoolOf(App)));
    }

    [Theory]
    [InlineData(Secret)]
    [InlineData("not-the-secret")]
    [InlineData(null)]
    public async Task Nothing_of_a_token_or_a_secret_is_logged_although_Facebook_repeats_it(string? secret)
    {
        await using var rig = Rig(secret);

        await rig.VerifyAsync(Key, Token, PoolOf(App));
        await rig.VerifyAsync(Key, "EAAnobodys", PoolOf(App));
        await _stub.ControlAsync("faults", new { path = "/debug_token", close = true, times = 9 });
        await _stub.ControlAsync("faults", new { path = "/app", close = true, times = 9 });
        await rig.VerifyAsync(Key, "EAAcut", PoolOf(App));

        foreach (var hidden in new[] { Token, "EAAnobodys", "EAAcut", Secret, "not-the-secret", Proof(Token, Secret) })
        {
            Assert.DoesNotContain(rig.Log.Lines, line => line.Text.Contains(hidden, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("graph.facebook.com", true)]
    [InlineData("Graph.Facebook.com", false)]
    [InlineData("graph.facebook.com ", false)]
    [InlineData("https://graph.facebook.com", false)]
    [InlineData("gr\u0430ph.facebook.com", false)]
    public async Task P48_the_key_is_compared_to_the_letter(string key, bool serves)
    {
        await using var rig = Rig(Secret);

        Assert.Equal(serves, await rig.VerifyAsync(key, Token, PoolOf(App)) is LoginVerdict.Verified);
    }

    private VendorRig Rig(string? secret = null) => FacebookWorld.Rig(_stub.Host, _stub.Url, secret);
}
