using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.UnitTests.Providers;

public sealed class TwitterProviderTests : IAsyncLifetime
{
    private TwitterRig _rig = null!;

    public async Task InitializeAsync() => _rig = await TwitterRig.StartAsync();

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task A_user_of_the_pools_app_is_verified_by_one_signed_call()
    {
        var verified = Assert.IsType<LoginVerdict.Verified>(await _rig.VerifyAsync());

        Assert.Equal(new Login(LoginKind.Public, "api.twitter.com", "12"), verified.Login);
        Assert.Equal("api.twitter.com:consumerKey:12", verified.Amr);
        var call = Assert.Single(_rig.Stub.Calls);
        Assert.Equal(
            ("GET", "/1.1/account/verify_credentials.json", "?include_entities=false&skip_status=true"),
            (call.Method, call.Path, call.Query));
        Assert.True(call.IsSignedWith("consumerSecret", "tokenSecret"));
        Assert.Equal(
            ("consumerKey", "12-token", "HMAC-SHA1", "1.0", $"{_rig.Clock.Now}"),
            (call.OAuth["oauth_consumer_key"], call.OAuth["oauth_token"], call.OAuth["oauth_signature_method"], call.OAuth["oauth_version"],
                call.OAuth["oauth_timestamp"]));
        Assert.DoesNotContain("Secret", call.Header, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_consumer_secret_is_in_nothing_that_leaves()
    {
        var verified = Assert.IsType<LoginVerdict.Verified>(await _rig.VerifyAsync());

        Assert.Equal(
            ["api.twitter.com", "consumerKey", "12"],
            new[] { "iss", "aud", "sub" }.Select(name => verified.Claims[name]!.Value.GetString()));
        Assert.Equal(
            new Dictionary<string, string> { ["client"] = "consumerKey", ["username"] = "12" },
            PrincipalTags.From(verified.Claims, new Dictionary<string, string>(), useDefaults: true));
        _rig.Stub.Answer = (401, Error(32));
        await _rig.VerifyAsync("13-token;otherSecret");
        foreach (var secret in new[] { "consumerSecret", "otherSecret", "13-token" })
        {
            Assert.DoesNotContain(_rig.Log.Lines, line => line.Text.Contains(secret, StringComparison.Ordinal));
        }

        Assert.NotEmpty(_rig.Log.Lines);
        Assert.DoesNotContain("consumerSecret", $"{verified}{ConsumerPair.Parse(TwitterRig.App)}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12-token")]
    [InlineData("12-token;")]
    [InlineData(";tokenSecret")]
    [InlineData(";")]
    [InlineData("a;b;c")]
    [InlineData("a;;c")]
    [InlineData(" a;b")]
    [InlineData("a;b ")]
    [InlineData("a ;b")]
    [InlineData("a;b\n")]
    [InlineData("a\r\nX-Evil: 1;b")]
    [InlineData("a;b\0")]
    [InlineData("a,b;c")]
    [InlineData("\u0430;b")]
    [InlineData("a\uff1bb")]
    public async Task P22_anything_but_token_and_secret_is_refused_without_a_call(string token) => await RefusedWithoutCallAsync(token);

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public async Task P22_a_half_has_at_most_255_characters(int length, bool accepted)
    {
        var half = new string('a', length);

        Assert.Equal(accepted, await _rig.VerifyAsync($"{half};b") is LoginVerdict.Verified);
        Assert.Equal(accepted, await _rig.VerifyAsync($"b;{half}") is LoginVerdict.Verified);
        Assert.Equal(accepted ? 2 : 0, _rig.Stub.Calls.Count);
    }

    [Fact]
    public async Task P23_a_token_of_another_app_fails_at_the_vendor()
    {
        _rig.Stub.AnswerTo = call => call.IsSignedWith("itsOwnSecret", "tokenSecret") ? (200, """{"id_str":"12"}""") : (401, Error(32));

        Refused(await _rig.VerifyAsync());
        Refused(await _rig.VerifyAsync(app: "itsOwnKey;consumerSecret"));

        Assert.IsType<LoginVerdict.Verified>(await _rig.VerifyAsync(app: "itsOwnKey;itsOwnSecret"));
    }

    [Theory]
    [InlineData("a&oauth_token=b;secret")]
    [InlineData("a;se&cret")]
    [InlineData("a;se%26cret")]
    [InlineData("a;se+cret")]
    [InlineData("a;s\u00e9cret")]
    [InlineData("a\", oauth_token=\"b;secret")]
    public async Task P24_what_OAuth_would_have_to_encode_is_in_no_token(string token) => await RefusedWithoutCallAsync(token);

    [Theory]
    [InlineData("""{"id":12}""")]
    [InlineData("""{"id":12,"id_str":""}""")]
    [InlineData("""{"id":12,"id_str":null}""")]
    [InlineData("""{"id":12,"id_str":12}""")]
    [InlineData("""{"id_str":["12"]}""")]
    [InlineData("""{"id_str":{"id_str":"12"}}""")]
    [InlineData("""{"data":{"id_str":"12"}}""")]
    [InlineData("""{"id_str":"1 2"}""")]
    [InlineData("""{"id_str":"12\u0000"}""")]
    [InlineData("""{"id_str":"12\u202e"}""")]
    [InlineData("{}")]
    public async Task P25_an_answer_without_a_user_id_names_nobody(string body)
    {
        _rig.Stub.Answer = (200, body);

        Refused(await _rig.VerifyAsync());
    }

    [Fact]
    public async Task P25_the_string_is_the_user_id_not_the_number()
    {
        _rig.Stub.Answer = (200, """{"id":9007199254740993,"id_str":"9007199254740993","screen_name":"9007199254740992"}""");

        var verified = Assert.IsType<LoginVerdict.Verified>(await _rig.VerifyAsync());

        Assert.Equal("9007199254740993", verified.Login.Subject);
    }

    [Fact]
    public async Task P26_a_ready_made_header_or_an_address_is_no_token()
    {
        string[] echoes =
        [
            "OAuth oauth_consumer_key=\"k\", oauth_token=\"t\", oauth_signature=\"s\"",
            $"{_rig.Stub.Url}/1.1/account/verify_credentials.json",
            $"{_rig.Stub.Url}/x;{_rig.Stub.Url}/y",
            $"{_rig.Stub.Url}/x;OAuth oauth_token=\"t\"",
            "169.254.169.254;secret",
        ];
        foreach (var echo in echoes)
        {
            await RefusedWithoutCallAsync(echo);
        }
    }

    [Theory]
    [InlineData(401, 135)]
    [InlineData(429, 88)]
    [InlineData(403, 88)]
    [InlineData(403, 453)]
    [InlineData(403, 220)]
    [InlineData(403, 261)]
    [InlineData(503, 130)]
    [InlineData(500, 131)]
    [InlineData(500, 32)]
    [InlineData(429, 89)]
    [InlineData(404, 34)]
    [InlineData(403, 99)]
    [InlineData(400, 99)]
    [InlineData(410, 89)]
    public async Task P27_what_is_not_about_the_token_is_an_outage(int status, int code)
    {
        _rig.Stub.Answer = (status, Error(code));

        var unreachable = Assert.IsType<LoginVerdict.Unreachable>(await _rig.VerifyAsync());

        Assert.DoesNotContain("message", unreachable.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(503, "")]
    [InlineData(502, "<html>bad gateway</html>")]
    [InlineData(401, "<html>log in</html>")]
    [InlineData(401, "")]
    [InlineData(401, "[]")]
    [InlineData(200, "")]
    [InlineData(200, "<html>")]
    [InlineData(200, """{"id_str":"12" """)]
    [InlineData(200, """[{"id_str":"12"}]""")]
    [InlineData(200, "null")]
    [InlineData(200, """{"id_str":"12","id_str":"13"}""")]
    [InlineData(200, """{"id_str":"12","id\u005fstr":"13"}""")]
    [InlineData(200, """{"id_str":"\ud800"}""")]
    [InlineData(204, "")]
    [InlineData(302, """{"id_str":"12"}""")]
    [InlineData(403, """{"title":"Client Forbidden","reason":"client-not-enrolled"}""")]
    [InlineData(403, """{"errors":[{"code":"64"}]}""")]
    [InlineData(403, """{"errors":64}""")]
    [InlineData(403, """{"errors":[64,null,{"code":64.5},{"code":1e99}]}""")]
    [InlineData(400, "{}")]
    public async Task P27_what_cannot_be_read_is_an_outage(int status, string body)
    {
        _rig.Stub.Answer = (status, status == 204 ? "" : body);

        Assert.IsType<LoginVerdict.Unreachable>(await _rig.VerifyAsync());
    }

    [Fact]
    public async Task P27_a_wrong_clock_is_told_to_the_operator()
    {
        _rig.Stub.Answer = (401, Error(135));

        await _rig.VerifyAsync();

        Assert.Contains(_rig.Log.Lines, line =>
            line.Level == LogLevel.Warning && line.Text.Contains("set this server's clock", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(401, """{"errors":[{"code":32}]}""")]
    [InlineData(401, """{"errors":[{"code":89}]}""")]
    [InlineData(403, """{"errors":[{"code":89}]}""")]
    [InlineData(400, """{"errors":[{"code":215}]}""")]
    [InlineData(403, """{"errors":[{"code":63}]}""")]
    [InlineData(403, """{"errors":[{"code":64}]}""")]
    [InlineData(403, """{"errors":[{"code":326}]}""")]
    [InlineData(401, """{"errors":[{"code":4711}]}""")]
    [InlineData(401, """{"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}""")]
    public async Task What_the_vendor_says_of_the_token_is_a_refusal(int status, string body)
    {
        _rig.Stub.Answer = (status, body);

        Refused(await _rig.VerifyAsync());
    }

    [Theory]
    [InlineData("""{"errors":[{"code":32},{"code":135}]}""")]
    [InlineData("""{"errors":[{"code":88},{"code":89}]}""")]
    public async Task Of_several_codes_the_one_that_is_not_about_the_token_counts(string body)
    {
        _rig.Stub.Answer = (401, body);

        Assert.IsType<LoginVerdict.Unreachable>(await _rig.VerifyAsync());
    }

    [Theory]
    [InlineData("consumerKey")]
    [InlineData("consumerKey;")]
    [InlineData(";consumerSecret")]
    [InlineData(";")]
    [InlineData("")]
    [InlineData("a;b;c")]
    [InlineData("a;;c")]
    [InlineData("key;sec ret")]
    [InlineData("key;secret\n")]
    public async Task P28_a_pool_value_that_is_no_pair_lets_nobody_in(string app)
    {
        var rejected = Assert.IsType<LoginVerdict.Rejected>(await _rig.VerifyAsync(app: app));

        Assert.Equal(LoginSentences.UnsupportedProvider, rejected.Sentence);
        Assert.Empty(_rig.Stub.Calls);
    }

    [Fact]
    public async Task P49_a_pool_without_Twitter_takes_no_user_of_Twitter()
    {
        var rejected = Assert.IsType<LoginVerdict.Rejected>(await _rig.VerifyAsync(app: null));

        Assert.Equal(LoginSentences.UnsupportedProvider, rejected.Sentence);
        Assert.Empty(_rig.Stub.Calls);
    }

    [Theory]
    [InlineData("""{"data":{"id":"2244994945","id_str":"1","username":"u"}}""", "2244994945")]
    [InlineData("""{"id":"1","id_str":"1"}""", null)]
    [InlineData("""{"data":{"id":2244994945}}""", null)]
    [InlineData("""{"data":"id"}""", null)]
    [InlineData("""{"data":[{"id":"1"}]}""", null)]
    public async Task The_newer_endpoint_is_a_matter_of_settings(string body, string? subject)
    {
        await using var rig = await TwitterRig.StartAsync(
            ("Endpoint", "{stub}/base/"), ("VerifyPath", "/2/users/me?user.fields=id"), ("SubjectPath", "data.id"));
        rig.Stub.Answer = (200, body);

        var verdict = await rig.VerifyAsync();

        Assert.Equal(subject, (verdict as LoginVerdict.Verified)?.Login.Subject);
        var call = Assert.Single(rig.Stub.Calls);
        Assert.Equal(("/base/2/users/me", "?user.fields=id"), (call.Path, call.Query));
        Assert.True(call.IsSignedWith("consumerSecret", "tokenSecret"));
    }

    [Theory]
    [InlineData("Endpoint", "api.twitter.com", "Twitter:Endpoint is not an absolute URL.")]
    [InlineData("Endpoint", "https://api.twitter.com/?a=b", "Twitter:Endpoint has a query, a fragment or a user name.")]
    [InlineData("Endpoint", "https://user@api.twitter.com", "Twitter:Endpoint has a query, a fragment or a user name.")]
    [InlineData("VerifyPath", "1.1/account.json", "Twitter:VerifyPath is not a path that begins with a slash.")]
    [InlineData("VerifyPath", "@evil.example/", "Twitter:VerifyPath is not a path that begins with a slash.")]
    [InlineData("VerifyPath", "/a#b", "Twitter:VerifyPath is not a path that begins with a slash.")]
    [InlineData("VerifyPath", "/a\n", "Twitter:VerifyPath is not a path that begins with a slash.")]
    [InlineData("SubjectPath", "data..id", "Twitter:SubjectPath is not names of members, separated by dots.")]
    [InlineData("SubjectPath", "", "Twitter:SubjectPath is not names of members, separated by dots.")]
    public void A_setting_that_could_not_work_stops_the_start(string name, string value, string fault)
    {
        var options = new ProvidersOptions();
        typeof(FederatedIdentity.Providers.Options.TwitterOptions).GetProperty(name)!.SetValue(options.Twitter, value);

        Assert.Equal([$"FederatedIdentity:Providers:{fault}"], new ProvidersOptionsValidator().Validate(null, options).Failures);
    }

    private static string Error(int code) => $$"""{"errors":[{"code":{{code}},"message":"a message"}]}""";

    private static void Refused(LoginVerdict verdict) =>
        Assert.Equal(LoginSentences.Invalid, Assert.IsType<LoginVerdict.Rejected>(verdict).Sentence);

    private async Task RefusedWithoutCallAsync(string token)
    {
        Refused(await _rig.VerifyAsync(token));
        Assert.Empty(_rig.Stub.Calls);
    }
}
