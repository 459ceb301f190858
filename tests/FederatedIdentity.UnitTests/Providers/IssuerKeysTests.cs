using System.Globalization;
using System.Text.Json.Nodes;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using Microsoft.AspNetCore.Http;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>
/// The key cache as tokens see it, which is the same for a replica that shares its keys and for one that cannot. Row ids are those of
/// the product's attack list.
/// </summary>
public abstract partial class IssuerKeysTests(bool shares) : IAsyncLifetime
{
    private static readonly TimeSpan PastTheCoolDown = TimeSpan.FromSeconds(31);

    private readonly MintKey _old = MintKey.Rsa();
    private readonly MintKey _new = MintKey.OtherRsa();
    private ProviderRig _rig = null!;

    public async Task InitializeAsync()
    {
        _rig = await ProviderRig.StartAsync();
        _rig.Shared.IsAway = !shares;
    }

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task K01_an_unknown_key_causes_one_fetch_and_is_refused()
    {
        await AcceptsAsync(_old);
        _rig.Clock.Advance(PastTheCoolDown);

        await RefusesAsync(_new);
        await RefusesAsync(_new);

        Assert.Equal(2, _rig.Stub.KeyRequests);
    }

    [Fact]
    public async Task K02_a_thousand_unknown_keys_cause_one_fetch_and_good_tokens_go_on()
    {
        await AcceptsAsync(_old);
        _rig.Clock.Advance(PastTheCoolDown);

        await Parallel.ForAsync(0, 1000, async (i, _) =>
        {
            await RefusesAsync(MintKey.OtherRsa("k" + (i + 1000).ToString(CultureInfo.InvariantCulture)));
            if (i % 100 == 0)
            {
                await AcceptsAsync(_old);
            }
        });

        Assert.Equal(2, _rig.Stub.KeyRequests);
    }

    [Fact]
    public async Task K02_junk_only_delays_the_new_key()
    {
        await AcceptsAsync(_old);
        _rig.Clock.Advance(PastTheCoolDown);
        await RefusesAsync(MintKey.OtherRsa("junk"));
        _rig.Stub.Published = [_new.Jwk()];

        await RefusesAsync(_new);
        _rig.Clock.Advance(PastTheCoolDown);
        await AcceptsAsync(_new);
    }

    [Fact]
    public async Task K03_a_new_key_is_accepted_after_one_fetch_and_discovery_is_not_repeated()
    {
        await AcceptsAsync(_old);
        _rig.Stub.Published = [_old.Jwk(), _new.Jwk()];
        _rig.Clock.Advance(PastTheCoolDown);

        await AcceptsAsync(_new);
        await AcceptsAsync(_old);

        Assert.Equal((2, 3), (_rig.Stub.KeyRequests, _rig.Stub.Requests));
    }

    [Fact]
    public async Task K04_new_material_under_the_old_id_is_accepted_outside_the_cool_down()
    {
        var replaced = MintKey.OtherRsa("k1");
        await AcceptsAsync(_old);
        _rig.Stub.Published = [replaced.Jwk()];

        await RefusesAsync(replaced);
        Assert.Equal(1, _rig.Stub.KeyRequests);
        _rig.Clock.Advance(PastTheCoolDown);
        await AcceptsAsync(replaced);
        Assert.Equal(2, _rig.Stub.KeyRequests);
    }

    [Fact]
    public async Task K05_a_removed_key_is_gone_after_the_next_refresh()
    {
        await AcceptsAsync(_old);
        _rig.Stub.Published = [_new.Jwk()];
        _rig.Clock.Advance(TimeSpan.FromMinutes(61));

        await RefusesAsync(_old);
    }

    [Fact]
    public async Task K05_a_refresh_in_the_background_makes_nobody_wait()
    {
        await AcceptsAsync(_old);
        _rig.Stub.Published = [_new.Jwk()];
        var gate = new TaskCompletionSource();
        var serve = _rig.Stub.Keys;
        _rig.Stub.Keys = async context =>
        {
            await gate.Task;
            await serve(context);
        };

        _rig.Clock.Advance(TimeSpan.FromMinutes(46));
        await AcceptsAsync(_old);
        gate.SetResult();

        await EventuallyAsync(async () => await VerifyAsync(_old) is LoginVerdict.Rejected);
        Assert.Equal(2, _rig.Stub.KeyRequests);
    }

    [Fact]
    public async Task K06_known_keys_serve_for_a_day_while_the_issuer_is_down()
    {
        await AcceptsAsync(_old);
        _rig.Stub.Keys = Status(500);

        _rig.Clock.Advance(TimeSpan.FromHours(2));
        await AcceptsAsync(_old);
        _rig.Clock.Advance(TimeSpan.FromHours(21));
        await AcceptsAsync(_old);
        _rig.Clock.Advance(TimeSpan.FromHours(1));
        Assert.IsType<LoginVerdict.Unreachable>(await VerifyAsync(_old));
    }

    [Fact]
    public async Task K06_nobody_waits_for_an_issuer_that_was_just_found_to_be_down()
    {
        await AcceptsAsync(_old);
        _rig.Stub.Keys = Status(500);
        _rig.Clock.Advance(TimeSpan.FromHours(2));
        await AcceptsAsync(_old);

        _rig.Stub.Discovery = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        _rig.Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.IsType<LoginVerdict.Verified>(await VerifyAsync(_old).WaitAsync(TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public async Task K06_an_unknown_key_cannot_be_judged_while_the_issuer_is_down()
    {
        await AcceptsAsync(_old);
        _rig.Stub.Keys = Status(500);
        _rig.Clock.Advance(PastTheCoolDown);

        Assert.IsType<LoginVerdict.Unreachable>(await VerifyAsync(_new));
        Assert.IsType<LoginVerdict.Unreachable>(await VerifyAsync(MintKey.OtherRsa("k1"))); // It may be new material under the old id.
        await AcceptsAsync(_old);
    }

    [Fact]
    public async Task K06_a_dead_issuer_is_asked_once_in_five_seconds()
    {
        _rig.Stub.Discovery = Status(500);
        for (var i = 0; i < 20; i++)
        {
            Assert.IsType<LoginVerdict.Unreachable>(await VerifyAsync(_old));
        }

        Assert.Equal(1, _rig.Stub.Requests);
        _rig.Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.IsType<LoginVerdict.Unreachable>(await VerifyAsync(_old));
        Assert.Equal(2, _rig.Stub.Requests);
    }

    [Theory]
    [InlineData(200, "")]
    [InlineData(200, "<html>sorry</html>")]
    [InlineData(200, """{"keys":[]}""")]
    [InlineData(200, """{"keys":{}}""")]
    [InlineData(200, "[]")]
    [InlineData(200, "null")]
    [InlineData(200, """{"keys":[],"keys":[]}""")]
    [InlineData(404, """{"keys":[]}""")]
    [InlineData(500, "")]
    [InlineData(204, "")]
    public async Task K07_a_bad_answer_is_no_key_set_and_replaces_none(int status, string body)
    {
        var good = _rig.Stub.Keys;
        _rig.Stub.Keys = context =>
        {
            context.Response.StatusCode = status;
            return status == 204 ? Task.CompletedTask : context.Response.WriteAsync(body);
        };
        Assert.IsType<LoginVerdict.Unreachable>(await VerifyAsync(_old));

        var bad = _rig.Stub.Keys;
        _rig.Stub.Keys = good;
        _rig.Clock.Advance(PastTheCoolDown);
        await AcceptsAsync(_old);
        _rig.Stub.Keys = bad;
        _rig.Clock.Advance(TimeSpan.FromHours(2));
        await AcceptsAsync(_old);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"issuer":"\ud800","jwks_uri":"x"}""")]
    [InlineData("<html>")]
    public async Task K07_a_bad_discovery_document_leads_nowhere(string body)
    {
        _rig.Stub.Discovery = context => context.Response.WriteAsync(body);

        Assert.IsType<LoginVerdict.Unreachable>(await VerifyAsync(_old));
        Assert.Equal(0, _rig.Stub.KeyRequests);
    }

    [Fact]
    public async Task K07_an_issuer_that_names_itself_twice_is_not_believed()
    {
        _rig.Stub.Discovery = context => context.Response.WriteAsync(
            _rig.Stub.DiscoveryDocument().Insert(1, "\"issuer\":\"https://evil.example\","));

        Assert.IsType<LoginVerdict.Unreachable>(await VerifyAsync(_old));
    }

    [Theory]
    [InlineData("max-age=999999999", 24 * 60)]
    [InlineData("max-age=86400", 24 * 60)]
    [InlineData("max-age=-1", 60)]
    [InlineData("max-age=0", 5)]
    [InlineData("max-age=60", 5)]
    [InlineData("no-store", 5)]
    [InlineData("max-age=7200", 120)]
    [InlineData("nonsense", 60)]
    [InlineData("", 60)]
    public async Task K21_the_lifetime_of_a_set_is_clamped(string caching, int minutes)
    {
        var serve = _rig.Stub.Keys;
        _rig.Stub.Keys = context =>
        {
            context.Response.Headers.CacheControl = caching;
            return serve(context);
        };
        await AcceptsAsync(_old);

        _rig.Clock.Advance(TimeSpan.FromMinutes(minutes) * 0.74);
        await AcceptsAsync(_old);
        Assert.Equal(1, _rig.Stub.KeyRequests);
        _rig.Clock.Advance(TimeSpan.FromMinutes(minutes) * 0.27);
        await AcceptsAsync(_old);
        Assert.Equal(2, _rig.Stub.KeyRequests);
    }

    [Fact]
    public async Task K21_the_time_an_answer_spent_in_caches_is_taken_off()
    {
        var serve = _rig.Stub.Keys;
        _rig.Stub.Keys = context =>
        {
            (context.Response.Headers.CacheControl, context.Response.Headers.Age) = ("max-age=7200", "6600");
            return serve(context);
        };
        await AcceptsAsync(_old);
        _rig.Clock.Advance(TimeSpan.FromMinutes(11));
        await AcceptsAsync(_old);

        Assert.Equal(2, _rig.Stub.KeyRequests);
    }

    [Fact]
    public async Task K23_the_content_type_of_a_set_does_not_matter()
    {
        _rig.Stub.Keys = context => StubIssuer.WriteAsync(context, _rig.Stub.KeySet(), "application/jwk-set+json; charset=utf-8");

        await AcceptsAsync(_old);
    }

    [Fact]
    public async Task Keys_that_moved_are_found_again()
    {
        await AcceptsAsync(_old);
        var serve = _rig.Stub.Keys;
        (_rig.Stub.Keys, _rig.Stub.Published) = (Status(404), [_new.Jwk()]);
        _rig.Clock.Advance(PastTheCoolDown);
        Assert.IsType<LoginVerdict.Unreachable>(await VerifyAsync(_new));

        _rig.Stub.Keys = serve;
        _rig.Clock.Advance(TimeSpan.FromSeconds(6));
        await AcceptsAsync(_new);
        Assert.Equal((3, 5), (_rig.Stub.KeyRequests, _rig.Stub.Requests));
    }

    private static RequestDelegate Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    /// <summary>For what happens in the background of a real connection: no manual clock can hurry that.</summary>
    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!await condition())
        {
            await Task.Delay(10, patience.Token);
        }
    }

    private async Task AcceptsAsync(MintKey key) => Assert.IsType<LoginVerdict.Verified>(await VerifyAsync(key));

    private async Task RefusesAsync(MintKey key) =>
        Assert.Equal(LoginSentences.Unverified, Assert.IsType<LoginVerdict.Rejected>(await VerifyAsync(key)).Sentence);

    private Task<LoginVerdict> VerifyAsync(MintKey key) => VerifyTokenAsync(key.Token(Claims()));

    private Task<LoginVerdict> VerifyTokenAsync(string token)
    {
        var provider = new OpenIdConnectProvider("arn:aws:iam::1:oidc-provider/stub", _rig.Stub.Url, ["client-1"]);
        return _rig.Oidc.VerifyAsync(provider.LoginKey, new(token), ProviderRig.PoolOf(oidc: [provider]), default).AsTask();
    }

    private JsonObject Claims() => new()
    {
        ["iss"] = _rig.Stub.Url,
        ["sub"] = "user-1",
        ["aud"] = "client-1",
        ["iat"] = _rig.Clock.Now,
        ["exp"] = _rig.Clock.Now + 3600,
    };
}
