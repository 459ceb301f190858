using System.Text.Json.Nodes;
using FederatedIdentity.Domain.Logins;
using static FederatedIdentity.UnitTests.Providers.FacebookWorld;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>The ID tokens of Limited Login, which are an extension and have to be asked for.</summary>
public sealed class FacebookLimitedLoginTests : IAsyncLifetime
{
    private readonly MintKey _key = MintKey.Rsa();
    private StubIssuer _keys = null!;

    public async Task InitializeAsync()
    {
        _keys = await StubIssuer.StartAsync();
        _keys.Published = [_key.Jwk()];
    }

    public async Task DisposeAsync() => await _keys.DisposeAsync();

    [Fact]
    public async Task An_ID_token_names_the_same_login_as_an_access_token()
    {
        await using var rig = Rig(on: true);

        var login = Verified(await rig.VerifyAsync(Key, IdToken(rig), PoolOf(App)));

        Assert.Equal((Key, User, $"{Key}:{App}:{User}"), (login.Login.Provider, login.Login.Subject, login.Amr));
        Assert.Equal([Key, App, User], new[] { "iss", "aud", "sub" }.Select(name => login.Claims[name]?.GetString()));
        Assert.Null(login.Claims["email"]);
        Assert.Equal(1, _keys.Requests);
    }

    [Fact]
    public async Task P09_it_is_refused_without_a_call_while_the_extension_is_off()
    {
        await using var rig = Rig(on: false);

        Refused(LoginSentences.Invalid, await rig.VerifyAsync(Key, IdToken(rig), PoolOf(App)));
        Assert.Equal(0, _keys.Requests);
    }

    [Theory]
    [InlineData("https://facebook.com")]
    [InlineData("https://www.facebook.com/")]
    [InlineData("https://limited.facebook.com")]
    [InlineData("http://www.facebook.com")]
    [InlineData("graph.facebook.com")]
    [InlineData("https://www.facebook.com.evil")]
    public async Task P09_another_issuer_is_refused(string issuer)
    {
        await using var rig = Rig(on: true);

        Refused(LoginSentences.IssuerMismatch, await rig.VerifyAsync(Key, IdToken(rig, claims => claims["iss"] = issuer), PoolOf(App)));
    }

    [Fact]
    public async Task P09_a_key_that_only_another_host_of_Facebook_has_is_unknown()
    {
        _keys.Published = [MintKey.OtherRsa().Jwk()];
        await using var rig = Rig(on: true);

        Refused(LoginSentences.Unverified, await rig.VerifyAsync(Key, IdToken(rig), PoolOf(App)));
    }

    [Fact]
    public async Task P09_another_app_an_expired_token_and_other_algorithms_are_refused()
    {
        await using var rig = Rig(on: true);
        var pss = MintKey.Rsa("k1", "PS256");
        var claims = Claims(rig);

        Refused(LoginSentences.UnsupportedProvider, await rig.VerifyAsync(Key, IdToken(rig, it => it["aud"] = OtherApp), PoolOf(App)));
        Refused(
            LoginSentences.Expired(rig.Clock.Now - 300, rig.Clock.Now - 300),
            await rig.VerifyAsync(Key, IdToken(rig, it => it["exp"] = rig.Clock.Now - 300), PoolOf(App)));
        Refused(LoginSentences.Unverified, await rig.VerifyAsync(Key, pss.Token(claims), PoolOf(App)));
        Refused(LoginSentences.Unverified, await rig.VerifyAsync(Key, MintKey.Ec("k1").Token(claims), PoolOf(App)));
        var unsigned = MintKey.Encode("""{"alg":"none"}""") + "." + MintKey.Encode(claims.ToJsonString()) + ".";
        Assert.IsType<LoginVerdict.Rejected>(await rig.VerifyAsync(Key, unsigned, PoolOf(App)));
    }

    [Fact]
    public async Task An_outage_of_its_keys_is_an_outage()
    {
        _keys.Keys = context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        await using var rig = Rig(on: true);

        Assert.IsType<LoginVerdict.Unreachable>(await rig.VerifyAsync(Key, IdToken(rig), PoolOf(App)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_has_the_form_of_an_ID_token_is_never_tried_as_an_access_token(bool on)
    {
        await using var rig = Rig(on);
        foreach (var token in new[] { "eyJhIjoxfQ.b.c", "eyJhIjoxfQ..", MintKey.Encode(" \n{}") + ".x.y" })
        {
            Assert.IsType<LoginVerdict.Rejected>(await rig.VerifyAsync(Key, token, PoolOf(App)));
        }

        Assert.Equal(0, _keys.Requests);
    }

    private string IdToken(VendorRig rig, Action<JsonObject>? change = null)
    {
        var claims = Claims(rig);
        change?.Invoke(claims);
        return _key.Token(claims);
    }

    private static JsonObject Claims(VendorRig rig) => new()
    {
        ["iss"] = "https://www.facebook.com",
        ["aud"] = App,
        ["sub"] = User,
        ["iat"] = rig.Clock.Now - 10,
        ["exp"] = rig.Clock.Now + 3600,
        ["nonce"] = "n",
        ["email"] = "user@example.test",
    };

    private VendorRig Rig(bool on) => FacebookWorld.Rig(
        _keys.Host, _keys.Url, Secret, ("LimitedLogin", on ? "true" : "false"), ("LimitedLoginKeys", _keys.Url + "/keys"));
}
