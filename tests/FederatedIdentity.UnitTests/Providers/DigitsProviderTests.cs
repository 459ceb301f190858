using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Logins;

namespace FederatedIdentity.UnitTests.Providers;

public sealed class DigitsProviderTests
{
    private const string Key = "www.digits.com";

    [Theory]
    [InlineData(TwitterRig.Token)]
    [InlineData("no pair")]
    [InlineData("")]
    public async Task P29_without_an_endpoint_nobody_is_asked_and_nobody_gets_in(string token)
    {
        await using var rig = await TwitterRig.StartAsync();

        foreach (var app in new[] { TwitterRig.App, "no pair" })
        {
            var unreachable = Assert.IsType<LoginVerdict.Unreachable>(await rig.VerifyAsync(token, app, Key));

            // The detail of a call that was tried would name its host.
            Assert.Equal("no endpoint is set", unreachable.Detail);
        }

        Assert.Empty(rig.Stub.Calls);
    }

    [Fact]
    public async Task P29_an_empty_endpoint_is_none()
    {
        await using var rig = await TwitterRig.StartAsync(("Digits:Endpoint", ""), ("Endpoint", ""));

        Assert.IsType<LoginVerdict.Unreachable>(await rig.VerifyAsync(key: Key));
        Assert.IsType<LoginVerdict.Unreachable>(await rig.VerifyAsync());
    }

    [Fact]
    public async Task An_endpoint_is_asked_as_the_vendor_was()
    {
        await using var rig = await TwitterRig.StartAsync(("Digits:Endpoint", "{stub}"));
        rig.Stub.Answer = (200, """{"id_str":"2314","id":2314,"phone_number":"+15550001","access_token":{"token":"t","secret":"s"}}""");

        var verified = Assert.IsType<LoginVerdict.Verified>(await rig.VerifyAsync(key: Key));

        Assert.Equal(new Login(LoginKind.Public, Key, "2314"), verified.Login);
        Assert.Equal("www.digits.com:consumerKey:2314", verified.Amr);
        Assert.Equal(Key, verified.Claims["iss"]!.Value.GetString());
        var call = Assert.Single(rig.Stub.Calls);
        Assert.Equal(("/1.1/sdk/account.json", ""), (call.Path, call.Query));
        Assert.True(call.IsSignedWith("consumerSecret", "tokenSecret"));
    }

    [Fact]
    public async Task A_token_of_Twitter_is_judged_anew_for_Digits()
    {
        await using var rig = await TwitterRig.StartAsync(("Digits:Endpoint", "{stub}"));
        rig.Stub.AnswerTo = call => call.Path.Contains("sdk", StringComparison.Ordinal)
            ? (401, """{"errors":[{"code":89}]}""")
            : (200, """{"id_str":"12"}""");

        Assert.IsType<LoginVerdict.Verified>(await rig.VerifyAsync());
        Assert.IsType<LoginVerdict.Rejected>(await rig.VerifyAsync(key: Key));
    }
}
