using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>Browsers call the API directly, from any origin and without cookies.</summary>
[Collection(nameof(WireTests))]
public sealed class CorsTests(ServerFixture server)
{
    private const string Exposed = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date";

    /// <summary>What the browsers' clients ask for; the last row is all of it, signed.</summary>
    public static TheoryData<string> AskedFor =>
    [
        "content-type,x-amz-target,x-amz-user-agent,x-amz-content-sha256",
        "content-type,x-amz-target,x-amz-user-agent,amz-sdk-invocation-id,amz-sdk-request",
        "content-type,x-amz-target,x-amz-user-agent,cache-control",
        "authorization,content-type,x-amz-content-sha256,x-amz-date,x-amz-security-token,x-amz-target,x-amz-user-agent,"
        + "amz-sdk-invocation-id,amz-sdk-request,cache-control,x-amzn-trace-id",
    ];

    [Fact]
    public async Task A_success_may_be_read_from_anywhere()
    {
        var pool = await server.PoolAsync(new { AllowUnauthenticatedIdentities = true });

        await IsReadableAsync(200, HttpMethod.Post, "/", "AWSCognitoIdentityService.GetId", $$"""{"IdentityPoolId":"{{pool}}"}""");
    }

    [Theory]
    [InlineData(400, "AWSCognitoIdentityService.GetId", "{}")]
    [InlineData(400, "AWSCognitoIdentityService.GetId", "nonsense")]
    [InlineData(400, "AWSCognitoIdentityService.Nothing", "{}")]
    [InlineData(400, "AWSCognitoIdentityService.ListIdentityPools", "{}")]
    public Task An_error_may_be_read_from_anywhere(int status, string target, string body) =>
        IsReadableAsync(status, HttpMethod.Post, "/", target, body);

    [Fact]
    public Task Too_much_may_be_read_from_anywhere() =>
        IsReadableAsync(413, HttpMethod.Post, "/", "AWSCognitoIdentityService.GetId", new string(' ', (1 << 20) + 1));

    [Theory]
    [InlineData("/")]
    [InlineData("/nowhere")]
    [InlineData("/nowhere/index.html")]
    public Task What_is_not_there_may_be_read_from_anywhere(string path) => IsReadableAsync(404, HttpMethod.Put, path, "x", "{}");

    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/jwks_uri")]
    [InlineData("/.well-known/jwks.json")]
    public async Task Keys_may_be_read_from_anywhere(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Server.BaseAddress, path));
        request.Headers.Add("Origin", "https://app.example");
        using var answer = await server.Client.Http.SendAsync(request);

        Assert.Equal(["*"], answer.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Theory]
    [MemberData(nameof(AskedFor))]
    public async Task A_preflight_allows_what_the_clients_send(string headers)
    {
        using var answer = await PreflightAsync("/", headers);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("", await answer.Content.ReadAsStringAsync());
        Assert.Equal(0, answer.Content.Headers.ContentLength);
        Assert.Equal(["*"], answer.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Contains("POST", Names(answer, "Access-Control-Allow-Methods"));
        Assert.Equal(["172800"], answer.Headers.GetValues("Access-Control-Max-Age"));
        Assert.Empty(headers.Split(',').Except(Names(answer, "Access-Control-Allow-Headers"), StringComparer.OrdinalIgnoreCase));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/jwks_uri")]
    [InlineData("/any/path")]
    public async Task A_preflight_is_answered_wherever_it_asks(string path)
    {
        using var answer = await PreflightAsync(path, "content-type");

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(["*"], answer.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Contains("GET", Names(answer, "Access-Control-Allow-Methods"));
    }

    private async Task<HttpResponseMessage> PreflightAsync(string path, string headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, new Uri(server.Server.BaseAddress, path));
        request.Headers.Add("Origin", "https://app.example");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", headers);
        return await server.Client.Http.SendAsync(request);
    }

    private async Task IsReadableAsync(int status, HttpMethod method, string path, string target, string body)
    {
        using var request = new HttpRequestMessage(method, new Uri(server.Server.BaseAddress, path)) { Content = new StringContent(body) };
        request.Headers.Add("Origin", "https://app.example");
        request.Headers.Add("X-Amz-Target", target);
        using var answer = await server.Client.Http.SendAsync(request);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(["*"], answer.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Equal([Exposed], answer.Headers.GetValues("Access-Control-Expose-Headers"));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    private static string[] Names(HttpResponseMessage answer, string header) =>
        answer.Headers.GetValues(header).Single().Split(',', StringSplitOptions.TrimEntries);
}
