using System.Text;
using System.Text.Json.Nodes;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers.Engines;
using FederatedIdentity.Providers.UserPools;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>What becomes of a good token when its user pool is asked about its user.</summary>
public sealed class ServerSideTokenCheckTests : IAsyncLifetime
{
    private const string UserPool = "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_TEST00001";
    private const string Alice = """
        {"Username":"alice","Enabled":true,"UserAttributes":[{"Name":"email","Value":"a@b"},{"Name":"sub","Value":"user-1"}]}
        """;

    private ProviderRig _rig = null!;
    private StubEndpoint _service = null!;

    public static TheoryData<string, int, string> Refusals => new()
    {
        { "disabled", 200, Alice.Replace("true", "false", StringComparison.Ordinal) },
        { "re-created", 200, Alice.Replace("user-1", "user-2", StringComparison.Ordinal) },
        { "sub in another case", 200, Alice.Replace("user-1", "User-1", StringComparison.Ordinal) },
        { "deleted", 400, """{"__type":"UserNotFoundException","message":"User does not exist."}""" },
        { "deleted, with namespace", 400, """{"__type":"com.amazonaws.cognito#UserNotFoundException"}""" },
        { "deleted, with link", 400, """{"__type":"UserNotFoundException:http://internal.amazon.com/coral/"}""" },
    };

    public static TheoryData<string, int, string> NoAnswers => new()
    {
        { "Enabled missing", 200, Alice.Replace("Enabled", "Other", StringComparison.Ordinal) },
        { "Enabled is a text", 200, Alice.Replace("true", "\"true\"", StringComparison.Ordinal) },
        { "Enabled is null", 200, Alice.Replace("true", "null", StringComparison.Ordinal) },
        { "Enabled twice", 200, Alice.Replace("true", "true,\"Enabled\":true", StringComparison.Ordinal) },
        { "no attributes", 200, """{"Enabled":true}""" },
        { "attributes are an object", 200, """{"Enabled":true,"UserAttributes":{"sub":"user-1"}}""" },
        { "attributes of texts", 200, """{"Enabled":true,"UserAttributes":["sub","user-1",null,1]}""" },
        { "no sub", 200, Alice.Replace("\"sub\"", "\"bus\"", StringComparison.Ordinal) },
        { "sub twice", 200, Alice.Replace("\"email\",\"Value\":\"a@b\"", "\"sub\",\"Value\":\"user-1\"", StringComparison.Ordinal) },
        { "sub is a number", 200, Alice.Replace("\"user-1\"", "1", StringComparison.Ordinal) },
        { "sub is null", 200, Alice.Replace("\"user-1\"", "null", StringComparison.Ordinal) },
        { "sub is empty", 200, Alice.Replace("user-1", "", StringComparison.Ordinal) },
        { "sub is half a character", 200, Alice.Replace("user-1", "\\ud800", StringComparison.Ordinal) },
        { "an array", 200, $"[{Alice}]" },
        { "null", 200, "null" },
        { "nothing", 200, "" },
        { "HTML", 200, "<html>" },
        { "cut off", 200, Alice[..^2] },
        { "trailing text", 200, Alice + "x" },
        { "too deep", 200, new string('[', 100) + new string(']', 100) },
        { "too long", 200, Alice + new string(' ', 70_000) },
        { "an error with status 200", 200, """{"__type":"UserNotFoundException"}""" },
        { "a redirect", 302, Alice },
        { "wrong credentials", 400, """{"__type":"UnrecognizedClientException"}""" },
        { "no permission", 400, """{"__type":"AccessDeniedException"}""" },
        { "not authorized", 400, """{"__type":"NotAuthorizedException"}""" },
        { "throttled", 400, """{"__type":"TooManyRequestsException"}""" },
        { "no such pool", 400, """{"__type":"ResourceNotFoundException"}""" },
        { "bad parameter", 400, """{"__type":"InvalidParameterException"}""" },
        { "a name that only ends like it", 400, """{"__type":"NotUserNotFoundException"}""" },
        { "an error without a name", 400, "{}" },
        { "an error that is no JSON", 400, "UserNotFoundException" },
        { "not found by a gateway", 404, """{"__type":"UserNotFoundException"}""" },
        { "throttled by status", 429, "{}" },
        { "down", 503, """{"__type":"UserNotFoundException"}""" },
    };

    private MintKey Key { get; } = MintKey.Rsa();

    public async Task InitializeAsync()
    {
        _rig = await ProviderRig.StartAsync();
        _service = await StubEndpoint.StartAsync();
        _service.Answer = Alice;
        Configure(_rig);
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        await _rig.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task P36_a_user_who_is_gone_is_refused(string what, int status, string answer)
    {
        (_service.Status, _service.Answer) = (status, answer);

        var rejected = Assert.IsType<LoginVerdict.Rejected>(await VerifyAsync());

        Assert.True(rejected.Sentence == "Token is inactive", what);
        AssertNamesNobody(rejected.Detail);
    }

    [Theory]
    [MemberData(nameof(NoAnswers))]
    public async Task P36_an_answer_that_does_not_say_lets_nobody_in_and_refuses_nobody(string what, int status, string answer)
    {
        (_service.Status, _service.Answer) = (status, answer);

        var verdict = await VerifyAsync();

        Assert.True(verdict is LoginVerdict.Unreachable, $"{what}: {verdict}");
        AssertNamesNobody(((LoginVerdict.Unreachable)verdict).Detail);
    }

    [Fact]
    public async Task P36_without_the_check_nobody_is_asked()
    {
        _service.Answer = Alice.Replace("true", "false", StringComparison.Ordinal);

        Assert.IsType<LoginVerdict.Verified>(await VerifyAsync(PoolWith(new CognitoIdentityProvider(UserPool, "client", false))));
        Assert.Empty(_service.Calls);
    }

    [Fact]
    public async Task P36_the_client_of_the_token_decides_whether_there_is_a_check()
    {
        _service.Answer = Alice.Replace("true", "false", StringComparison.Ordinal);
        var pool = PoolWith(new(UserPool, "unchecked", false), new(UserPool, "client", true));

        Assert.IsType<LoginVerdict.Verified>(await VerifyAsync(pool, claims => claims["aud"] = "unchecked"));
        Assert.IsType<LoginVerdict.Rejected>(await VerifyAsync(pool));
        Assert.IsType<LoginVerdict.Rejected>(await VerifyAsync(pool, claims => claims["aud"] = new JsonArray("unchecked", "client")));
    }

    [Fact]
    public async Task P36_a_check_that_nobody_can_make_is_never_taken_as_passed()
    {
        (_rig.Options.UserPools.AccessKeyId, _rig.Options.UserPools.SecretAccessKey) = (null, null);

        var unreachable = Assert.IsType<LoginVerdict.Unreachable>(await VerifyAsync());

        Assert.Contains("UserPools:AccessKeyId", unreachable.Detail, StringComparison.Ordinal);
        Assert.Empty(_service.Calls);
    }

    [Fact]
    public async Task P36_a_user_pool_that_is_down_is_no_refusal()
    {
        await _service.DisposeAsync();

        Assert.IsType<LoginVerdict.Unreachable>(await VerifyAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(5)]
    public async Task P36_a_token_without_a_user_name_is_refused_without_a_call(object? username)
    {
        var verdict = await VerifyAsync(PoolWith(), claims => claims["cognito:username"] = username is int ? 5 : (string?)username);

        Assert.Equal(LoginSentences.MissingClaim("cognito:username"), Assert.IsType<LoginVerdict.Rejected>(verdict).Sentence);
        Assert.Empty(_service.Calls);
    }

    [Theory]
    [InlineData("")]
    [InlineData("session+token==")]
    public async Task The_call_is_signed_for_the_pools_region_and_names_pool_and_user(string session)
    {
        _rig.Options.UserPools.SessionToken = session;
        var name = "ali\"ce\\\u00e9";

        Assert.IsType<LoginVerdict.Verified>(await VerifyAsync(PoolWith(), claims => claims["cognito:username"] = name));

        var call = Assert.Single(_service.Calls);
        Assert.Equal(("POST", "/"), (call.Method, call.Path));
        Assert.Equal("AWSCognitoIdentityProviderService.AdminGetUser", call.Headers["X-Amz-Target"]);
        Assert.Equal("application/x-amz-json-1.1", call.Headers["Content-Type"]);
        var body = JsonNode.Parse(call.Body)!;
        Assert.Equal(("eu-west-1_TEST00001", name), ((string?)body["UserPoolId"], (string?)body["Username"]));
        var signed = call.Headers["Authorization"].Split("SignedHeaders=")[1].Split(',')[0].Split(';');
        var token = session.Length > 0 ? "x-amz-security-token;" : "";
        Assert.Equal($"content-type;host;x-amz-date;{token}x-amz-target".Split(';'), signed);
        var signer = new SigV4Signer("AKIDUSERPOOLS", "secret/of+the operator", "eu-west-1", "cognito-idp");
        Assert.Equal(
            signer.Authorization(
                "POST",
                "/",
                "",
                signed.Select(header => (header, call.Headers[header])),
                Encoding.UTF8.GetBytes(call.Body),
                _rig.Clock.GetUtcNow()),
            call.Headers["Authorization"]);
    }

    [Fact]
    public async Task P51_what_was_found_out_counts_for_a_minute()
    {
        var claims = new LoginClaims(Encoding.UTF8.GetBytes(Claims().ToJsonString()));
        var asked = await _rig.CheckWith(new NoRevocations()).AskAsync(
            UserPoolName.TryParse(UserPool)!, "alice", new IdTokenResult.Valid("user-1", "client", claims), default);

        Assert.Equal(_rig.Clock.GetUtcNow().AddSeconds(60), Assert.IsType<OpaqueResult.Valid>(asked).ExpiresAt);
    }

    [Fact]
    public async Task P51_a_check_counts_for_all_replicas_that_would_have_made_the_same_one()
    {
        _rig.Shared.IsAway = false;
        await using var likewise = _rig.Replica();
        await using var stricter = _rig.Replica();
        Configure(likewise);
        Configure(stricter);
        stricter.Options.UserPools.RevocationEndpoint = "https://revocations.example.com/";
        var token = Key.Token(Claims());

        foreach (var replica in new[] { _rig, likewise, stricter })
        {
            Assert.IsType<LoginVerdict.Verified>(await replica.UserPools.VerifyAsync(UserPool, new(token), PoolWith(), default));
        }

        Assert.Equal(2, _service.Calls.Count);
    }

    [Fact]
    public async Task A_forged_token_costs_the_user_pool_no_call()
    {
        Assert.IsType<LoginVerdict.Rejected>(
            await _rig.UserPools.VerifyAsync(UserPool, new(MintKey.OtherRsa("k1").Token(Claims())), PoolWith(), default));
        Assert.Empty(_service.Calls);
    }

    [Theory]
    [InlineData(200, """{"revoked":false}""", "verified")]
    [InlineData(200, """{"revoked":true}""", "Token is inactive")]
    [InlineData(200, """{"revoked":"false"}""", "unreachable")]
    [InlineData(200, """{"revoked":null}""", "unreachable")]
    [InlineData(200, """{"revoked":true,"revoked":false}""", "unreachable")]
    [InlineData(200, "{}", "unreachable")]
    [InlineData(200, "[]", "unreachable")]
    [InlineData(200, "", "unreachable")]
    [InlineData(204, "", "unreachable")]
    [InlineData(404, """{"revoked":false}""", "unreachable")]
    [InlineData(500, """{"revoked":false}""", "unreachable")]
    public async Task P36_a_source_of_revocations_has_a_say_and_its_silence_lets_nobody_in(int status, string answer, string expected)
    {
        await using var revocations = await StubEndpoint.StartAsync();
        (revocations.Status, revocations.Answer) = (status, answer);
        _rig.Outbound.AllowedPrivateHosts.Add(revocations.Url.Authority);
        var provider = _rig.UserPoolsWith(_rig.RevocationsAt(new Uri(revocations.Url, "/revoked")));
        var token = Key.Token(Claims(claims => (claims["origin_jti"], claims["auth_time"]) = ("origin-1", _rig.Clock.Now - 20)));

        var verdict = await provider.VerifyAsync(UserPool, new(token), PoolWith(), default);

        Assert.Equal(expected, verdict switch
        {
            LoginVerdict.Verified => "verified",
            LoginVerdict.Rejected rejected => rejected.Sentence,
            _ => "unreachable",
        });
        var call = Assert.Single(revocations.Calls);
        Assert.Equal(("POST", "/revoked"), (call.Method, call.Path));
        var times = $"\"auth_time\":{_rig.Clock.Now - 20},\"iat\":{_rig.Clock.Now - 10}";
        Assert.Equal(
            $$"""{"userPoolId":"eu-west-1_TEST00001","sub":"user-1","origin_jti":"origin-1",{{times}}}""", call.Body);
    }

    private void Configure(ProviderRig replica)
    {
        replica.Outbound.AllowedPrivateHosts.Add(_service.Url.Authority);
        var options = replica.Options.UserPools;
        (options.AccessKeyId, options.SecretAccessKey) = ("AKIDUSERPOOLS", "secret/of+the operator");
        options.CheckEndpoint = _service.Url.ToString();
    }

    private static void AssertNamesNobody(string detail)
    {
        Assert.DoesNotContain("alice", detail, StringComparison.Ordinal);
        Assert.DoesNotContain("user-", detail, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secret", detail, StringComparison.Ordinal);
    }

    private static Pool PoolWith(params CognitoIdentityProvider[] clients) =>
        ProviderRig.PoolOf(userPools: clients is [] ? [new(UserPool, "client", true)] : clients);

    private JsonObject Claims(Action<JsonObject>? change = null)
    {
        var claims = new JsonObject
        {
            ["iss"] = $"https://{UserPool}",
            ["sub"] = "user-1",
            ["aud"] = "client",
            ["token_use"] = "id",
            ["cognito:username"] = "alice",
            ["iat"] = _rig.Clock.Now - 10,
            ["exp"] = _rig.Clock.Now + 3600,
        };
        change?.Invoke(claims);
        return claims;
    }

    private Task<LoginVerdict> VerifyAsync(Pool? pool = null, Action<JsonObject>? change = null) =>
        _rig.UserPools.VerifyAsync(UserPool, new(Key.Token(Claims(change))), pool ?? PoolWith(), default).AsTask();
}
