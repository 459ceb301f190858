using System.Diagnostics;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;
using Microsoft.AspNetCore.Http;
using static FederatedIdentity.IntegrationTests.Sts.StsCalls;

namespace FederatedIdentity.IntegrationTests.Sts;

/// <summary>A server whose credentials come from a stub of another STS, and one whose come from a second server of ours.</summary>
public sealed class ExternalStsFixture : IAsyncLifetime
{
    private TestDatabase? _database;
    private StsStub? _stub;
    private ServerProcess? _server;

    internal StsStub Stub => _stub!;

    internal ServerProcess Server => _server!;

    internal string Guest { get; private set; } = "";

    internal WireClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _stub = await StsStub.StartAsync();
        var settings = ExternalStsTests.Settings(_database, _stub.Url);
        settings["Logging__LogLevel__Default"] = "Trace";
        settings["http_proxy"] = "http://127.0.0.1:9"; // Of the environment, and so ignored.
        await TestServer.MigrateAsync(settings);
        _server = await ServerProcess.StartAsync(settings);
        Client = TestServer.Client(_server);
        (_, Guest) = await ExternalStsTests.GuestAsync(Client);
    }

    public async Task DisposeAsync()
    {
        Client?.Dispose();
        foreach (var part in new IAsyncDisposable?[] { _server, _stub, _database })
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }
    }
}

/// <summary>Credentials from another STS: what it is asked, and how its answers, refusals and outages reach the client.</summary>
public sealed class ExternalStsTests(ExternalStsFixture fixture) : IClassFixture<ExternalStsFixture>
{
    private const string Role = "arn:aws:iam::000000000000:role/Guests";
    private const string Namespace = "https://sts.amazonaws.com/doc/2011-06-15/";

    private const string Aws = $"""
        <AssumeRoleWithWebIdentityResponse xmlns="{Namespace}">
          <AssumeRoleWithWebIdentityResult>
            <Audience>pool</Audience>
            <AssumedRoleUser><AssumedRoleId>AROA:CognitoIdentityCredentials</AssumedRoleId><Arn>arn:aws:sts::1:assumed-role/r/s</Arn></AssumedRoleUser>
            <Provider>cognito-identity.amazonaws.com</Provider>
            <Credentials>
              <AccessKeyId>ASIAFOREIGNFOREIGN00</AccessKeyId><SecretAccessKey>foreign-secret</SecretAccessKey>
              <SessionToken>foreign-token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
            </Credentials>
            <SubjectFromWebIdentityToken>identity</SubjectFromWebIdentityToken>
          </AssumeRoleWithWebIdentityResult>
          <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>
        </AssumeRoleWithWebIdentityResponse>
        """;

    private const string MinIO = $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <AssumeRoleWithWebIdentityResponse xmlns="{Namespace}"><AssumeRoleWithWebIdentityResult><AssumedRoleUser><Arn></Arn><AssumeRoleId></AssumeRoleId></AssumedRoleUser><Credentials><AccessKeyId>ASIAFOREIGNFOREIGN00</AccessKeyId><SecretAccessKey>foreign-secret</SecretAccessKey><Expiration>2099-01-01T00:00:00Z</Expiration><SessionToken>foreign-token</SessionToken></Credentials><SubjectFromWebIdentityToken>identity</SubjectFromWebIdentityToken></AssumeRoleWithWebIdentityResult><ResponseMetadata></ResponseMetadata></AssumeRoleWithWebIdentityResponse>
        """;

    public static TheoryData<int, string> Refusals => new()
    {
        { 403, Error("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity") },
        { 400, Error("InvalidIdentityToken", "No OpenIDConnect provider found in your account for http://x") },
        { 400, Error("ExpiredTokenException", "Token expired") },
        { 400, Error("ValidationError", "Request ARN is invalid") },
        { 403, Error("IDPRejectedClaim", "no") },
        { 400, Error("InvalidParameterValue", "MinIO's word for most things") },
        { 404, Error("NoSuchEntity", "Ceph's word for a role that is not there") },
    };

    public static TheoryData<int, string> Troubles => new()
    {
        { 500, Error("InternalFailure", "?") },
        { 503, Error("ServiceUnavailable", "?") },
        { 502, "<html>Bad Gateway</html>" },
        { 400, Error("Throttling", "Rate exceeded") },
        { 429, Error("TooManyRequestsException", "slow down") },
        { 503, Error("SlowDown", "?") },
        { 400, Error("IDPCommunicationError", "our keys could not be fetched") },
        { 403, "<html>Forbidden by a proxy</html>" },
        { 400, "" },
        { 404, "not found" },
        { 200, "" },
        { 200, "{}" },
        { 200, "<a><b></a>" },
        { 200, "<html>Welcome</html>" },
        { 200, Aws.Replace("foreign-secret", "", StringComparison.Ordinal) },
        { 200, Aws.Replace("2099", "2020", StringComparison.Ordinal) },
        { 200, Aws.Replace("2099-01-01T00:00:00Z", "tomorrow", StringComparison.Ordinal) },
        { 200, Aws.Replace("<SessionToken>foreign-token</SessionToken>", "", StringComparison.Ordinal) },
        { 200, $"<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>{Aws.Replace("foreign-secret", "&e;", StringComparison.Ordinal)}" },
        { 302, "" },
        { 307, "" },
    };

    [Theory]
    [InlineData(Aws)]
    [InlineData(MinIO)]
    public async Task It_is_asked_with_our_token_and_its_credentials_are_passed_on(string body)
    {
        fixture.Stub.Reset((http, _) => StsStub.WriteAsync(http, 200, body.Trim()));

        var answer = await CallAsync();

        Assert.Equal(new TestKey("ASIAFOREIGNFOREIGN00", "foreign-secret", "foreign-token"), KeyOf(answer));
        Assert.Equal(4_070_908_800, answer.Body["Credentials"]!["Expiration"]!.GetValue<double>());
        var asked = fixture.Stub.Asked!;
        Assert.Equal(
            ("AssumeRoleWithWebIdentity", "2011-06-15", Role, "CognitoIdentityCredentials", "3600"),
            ($"{asked["Action"]}", $"{asked["Version"]}", $"{asked["RoleArn"]}", $"{asked["RoleSessionName"]}", $"{asked["DurationSeconds"]}"));
        Assert.Contains("\"cognito-identity:*\"", $"{asked["Policy"]}", StringComparison.Ordinal); // A guest's session is scoped down there too.
        Assert.InRange($"{asked["Policy"]}".Length, 1, 2048);
        var claims = WireCalls.Claims($"{asked["WebIdentityToken"]}");
        Assert.Equal(fixture.Guest, $"{claims["sub"]}");
        Assert.DoesNotContain($"{asked["WebIdentityToken"]}"[^40..], fixture.Server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("foreign-secret", fixture.Server.Log, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Its_refusal_is_the_configurations_fault(int status, string body)
    {
        fixture.Stub.Reset((http, _) => StsStub.WriteAsync(http, status, body));

        var answer = await CallAsync();

        WireCalls.AssertRefused(
            "InvalidIdentityPoolConfigurationException", "Invalid identity pool configuration. Check assigned IAM roles for this pool.", answer);
        Assert.InRange(fixture.Stub.Calls, 1, 2); // The SDK asks a second time where a token has expired.
    }

    [Theory]
    [MemberData(nameof(Troubles))]
    public async Task What_is_no_answer_about_the_caller_is_an_outage(int status, string body)
    {
        fixture.Stub.Reset((http, _) =>
        {
            http.Response.Headers.Location = "http://127.0.0.1:9/";
            return StsStub.WriteAsync(http, status, body);
        });

        await IsOutageAsync();
        Assert.InRange(fixture.Stub.Calls, 1, 2);
    }

    [Fact]
    public async Task One_trouble_is_got_over_by_asking_again()
    {
        fixture.Stub.Reset((http, call) => StsStub.WriteAsync(http, call == 1 ? 503 : 200, call == 1 ? Error("ServiceUnavailable", "?") : Aws));

        Assert.True((await CallAsync()).Ok);
    }

    [Fact]
    public async Task Silence_and_endless_answers_are_outages_within_the_deadline()
    {
        fixture.Stub.Reset((http, _) => Task.Delay(Timeout.Infinite, http.RequestAborted));
        await IsOutageAsync();
        fixture.Stub.Reset(async (http, _) =>
        {
            http.Response.ContentType = "text/xml";
            while (true)
            {
                await http.Response.WriteAsync(new string(' ', 4096), http.RequestAborted);
            }
        });
        await IsOutageAsync();
        fixture.Stub.Reset(async (http, _) =>
        {
            while (true)
            {
                await http.Response.WriteAsync(" ", http.RequestAborted);
                await Task.Delay(200, http.RequestAborted);
            }
        });
        await IsOutageAsync();
        fixture.Stub.Reset((http, _) =>
        {
            http.Abort();
            return Task.CompletedTask;
        });
        await IsOutageAsync();
    }

    [Fact]
    public async Task A_second_server_is_the_STS_of_the_first()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var foreign = await TestDatabase.CreateAsync();
        var stsSettings = TestServer.Settings(foreign, ServerProcess.FreePort(), "https://sts.example");
        stsSettings["FederatedIdentity__Outbound__AllowedPrivateHosts__0"] = "127.0.0.1";
        await TestServer.MigrateAsync(stsSettings);
        await using var sts = await ServerProcess.StartAsync(stsSettings);
        var settings = Settings(database, sts.BaseAddress.GetLeftPart(UriPartial.Authority));
        await TestServer.MigrateAsync(settings);
        await using var server = await ServerProcess.StartAsync(settings);
        using var client = TestServer.Client(server);
        using var iam = new QueryClient(sts.BaseAddress, TestServer.AccessKeyId, TestServer.SecretAccessKey);
        using var caller = new StsClient(sts.BaseAddress);
        var (pool, guest) = await GuestAsync(client);
        var issuer = settings["FederatedIdentity__Issuer"]!;

        Task<WireAnswer> AskAsync() => client.CallAsync("GetCredentialsForIdentity", new { IdentityId = guest });
        Assert.Equal("InvalidIdentityPoolConfigurationException", (await AskAsync()).Error); // It does not know us yet.
        var provider = (await iam.OkAsync(
            "CreateOpenIDConnectProvider", ("Url", issuer), ("ClientIDList.member.1", pool))).Value("OpenIDConnectProviderArn")!;
        await iam.OkAsync("CreateRole", ("RoleName", "Guests"), ("AssumeRolePolicyDocument", Trust(
            new { Federated = provider }, "sts:AssumeRoleWithWebIdentity",
            new Dictionary<string, object>
            {
                ["StringEquals"] = new Dictionary<string, string> { [$"{issuer["http://".Length..]}:sub"] = guest, [$"{issuer["http://".Length..]}:aud"] = pool },
                ["ForAnyValue:StringEquals"] = new Dictionary<string, string> { [$"{issuer["http://".Length..]}:amr"] = "unauthenticated" },
            })));

        var answer = await AskAsync();

        Assert.Equal("arn:aws:sts::000000000000:assumed-role/Guests/CognitoIdentityCredentials", await caller.WhoIsAsync(KeyOf(answer)));
        await sts.StopAsync();
        Assert.Equal("ExternalServiceException", (await AskAsync()).Error);
    }

    internal static Dictionary<string, string?> Settings(TestDatabase database, string endpoint)
    {
        var port = ServerProcess.FreePort();
        var settings = TestServer.Settings(database, port, $"http://127.0.0.1:{port}");
        settings["FederatedIdentity__Sts__Mode"] = "External";
        settings["FederatedIdentity__Sts__Endpoint"] = endpoint;
        return settings;
    }

    internal static async Task<(string Pool, string Guest)> GuestAsync(WireClient client)
    {
        var pool = (await client.CallAsync("CreateIdentityPool", new { IdentityPoolName = "external", AllowUnauthenticatedIdentities = true }))["IdentityPoolId"];
        Assert.True((await client.CallAsync("SetIdentityPoolRoles", new { IdentityPoolId = pool, Roles = new { unauthenticated = Role } })).Ok);
        return (pool, (await client.CallAsync("GetId", new { IdentityPoolId = pool }))["IdentityId"]);
    }

    private static string Error(string code, string message) =>
        $"<ErrorResponse xmlns=\"{Namespace}\"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>1</RequestId></ErrorResponse>";

    private Task<WireAnswer> CallAsync() => fixture.Client.CallAsync("GetCredentialsForIdentity", new { IdentityId = fixture.Guest });

    private async Task IsOutageAsync()
    {
        var watch = Stopwatch.StartNew();
        var answer = await CallAsync();
        WireCalls.AssertRefused("ExternalServiceException", $"{new Uri(fixture.Stub.Url).Authority} is not responding.", answer);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 8); // Five, and what a busy machine adds.
    }
}
