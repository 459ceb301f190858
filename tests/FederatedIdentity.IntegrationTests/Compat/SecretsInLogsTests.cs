using System.Text;
using System.Text.RegularExpressions;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Compat;

/// <summary>A server that logs everything it can, through success, refusal, nonsense and outage, never logs what proves somebody.</summary>
[Collection(nameof(WireTests))]
public sealed partial class SecretsInLogsTests(ServerFixture server)
{
    private const string DeveloperUser = "developer-user-4711-of-nobody";

    private static readonly string[] Everything =
    [
        "Default", "Microsoft", "Microsoft.AspNetCore", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.EntityFrameworkCore", "Microsoft.EntityFrameworkCore.Database.Command", "Npgsql", "Npgsql.Command", "System",
        "System.Net.Http", "FederatedIdentity",
    ];

    private readonly List<string> _secrets = [TestServer.SecretAccessKey, TestServer.MasterKey, DeveloperUser];

    // An OpenID provider that is registered and does not answer.
    private string _gone = "";

    [Theory]
    [InlineData("Logging__LogLevel__Default")]
    [InlineData("Logging__Console__LogLevel__Default")]
    [InlineData(null)]
    public async Task No_log_line_holds_a_secret(string? only)
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var twitter = await TwitterStub.StartAsync();
        var settings = Settings(database, only);
        settings["FederatedIdentity__Providers__Twitter__Endpoint"] = twitter.Endpoint;
        settings["FederatedIdentity__Outbound__AllowedPrivateHosts__2"] = new Uri(twitter.Endpoint).Authority;
        await TestServer.MigrateAsync(settings);
        await using var replica = await ServerProcess.StartAsync(settings);
        using var client = TestServer.Client(replica);

        await SucceedAsync(client);
        await UseTwitterAsync(client, twitter);
        await BeRefusedAsync(client);
        await SendNonsenseAsync(client, replica);
        await MeetOutagesAsync(client, database);
        Assert.Equal(0, await replica.StopAsync());

        var log = Unescape().Replace(replica.Log, code => $"{(char)Convert.ToUInt16(code.Groups[1].Value, 16)}");
        string[] outcomes =
            ["Success", "NotAuthorizedException", "ExternalServiceException", "SerializationException", "InternalErrorException"];
        foreach (var outcome in outcomes)
        {
            Assert.Contains($"outcome={outcome}", log, StringComparison.Ordinal);
        }

        foreach (var secret in _secrets)
        {
            var at = log.IndexOf(secret, StringComparison.Ordinal);
            Assert.True(at < 0, at < 0 ? "" : $"A secret of {secret.Length} characters is in: {log[Math.Max(0, at - 200)..at]}");
        }
    }

    private Dictionary<string, string?> Settings(TestDatabase database, string? only)
    {
        var port = ServerProcess.FreePort();
        var settings = TestServer.Settings(database, port, $"http://127.0.0.1:{port}", server.Oidc);
        var gone = $"127.0.0.1:{ServerProcess.FreePort()}";
        settings["FederatedIdentity__OpenIdConnectProviders__1__Url"] = $"http://{gone}";
        settings["FederatedIdentity__OpenIdConnectProviders__1__ClientIds__0"] = "client-RS256";
        settings["FederatedIdentity__Outbound__AllowedPrivateHosts__1"] = gone;
        foreach (var setting in only is null ? Everything.Select(category => $"Logging__LogLevel__{category}") : [only])
        {
            settings[setting] = "Trace";
        }

        if (new NpgsqlConnectionStringBuilder(database.ConnectionString).Password is { Length: > 0 } password)
        {
            _secrets.Add(password);
        }

        _gone = gone;
        return settings;
    }

    private async Task SucceedAsync(WireClient client)
    {
        var pool = await PoolAsync(client);
        var login = await LoginAsync("quiet");
        var id = Answers.IsSuccess(await client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = login }))["IdentityId"];
        KeepToken(Answers.IsSuccess(await client.CallAsync("GetOpenIdToken", new { IdentityId = id, Logins = login }))["Token"]);
        using var signed = client.Request("DescribeIdentity", Encoding.UTF8.GetBytes($$"""{"IdentityId":"{{id}}"}"""));
        await SignAsync(signed, Signing.Administrator);
        Answers.IsSuccess(await client.SendAsync(signed));
    }

    /// <summary>A pool with a consumer secret is written, read and used, well and badly.</summary>
    private async Task UseTwitterAsync(WireClient client, TwitterStub twitter)
    {
        const string Twitter = "api.twitter.com";
        var app = await twitter.AppAsync("quiet-consumer-key", Keep("consumer-secret-of-nobody"));
        string? pool = null;
        pool = await PoolAsync("CreateIdentityPool", app);
        Answers.IsSuccess(await client.CallAsync("DescribeIdentityPool", new { IdentityPoolId = pool }));
        await PoolAsync("UpdateIdentityPool", app);
        var token = await twitter.TokenAsync("quiet-consumer-key", "4711");
        await LoginAsync("", token);
        await LoginAsync("NotAuthorizedException", token + "x");
        await LoginAsync("NotAuthorizedException", $"{token};{token}");
        await twitter.FaultAsync(new { status = 500, body = token });
        await LoginAsync("ExternalServiceException", await twitter.TokenAsync("quiet-consumer-key", "4712"));
        foreach (var request in await twitter.TakeRequestsAsync())
        {
            Keep(request!["oauth"]!["oauth_signature"]!.GetValue<string>());
        }

        async Task<string> PoolAsync(string operation, string value) => Answers.IsSuccess(await client.CallAsync(operation, new
        {
            IdentityPoolId = pool,
            IdentityPoolName = "quiet",
            AllowUnauthenticatedIdentities = false,
            SupportedLoginProviders = new Dictionary<string, string> { [Twitter] = value },
        }))["IdentityPoolId"];

        async Task LoginAsync(string error, string login)
        {
            foreach (var half in login.Split(';'))
            {
                Keep(half);
            }

            var answer = await client.CallAsync(
                "GetId", new { IdentityPoolId = pool, Logins = new Dictionary<string, string> { [Twitter] = login } });
            Assert.Equal(error, answer.Error);
        }
    }

    private async Task BeRefusedAsync(WireClient client)
    {
        var pool = await PoolAsync(client);
        var token = (await LoginAsync("refused")).Values.Single();
        var forged = token[..^8] + "AAAAAAAA";
        KeepToken(forged);
        await RefusedAsync("NotAuthorizedException", new() { [server.Oidc.LoginKey] = forged });
        await RefusedAsync("NotAuthorizedException", new() { [server.Oidc.LoginKey] = $"{token}.{token}" });
        await RefusedAsync("NotAuthorizedException", new() { ["accounts.google.com"] = token });
        await RefusedAsync("NotAuthorizedException", new() { ["cognito-identity.amazonaws.com"] = token });
        await RefusedAsync("InvalidParameterException", new() { ["login.quiet.example"] = DeveloperUser });
        await RefusedAsync("ValidationException", new() { [token] = token });
        using var wrong = client.Request("ListIdentityPools", "{}"u8.ToArray());
        wrong.Headers.Add("X-Amz-Security-Token", Keep("session-token-that-nobody-may-see"));
        await SignAsync(wrong, Signing.Administrator with { Secret = "wrong" });
        Answers.IsError("UnrecognizedClientException", await client.SendAsync(wrong));
        using var mismatch = client.Request("ListIdentityPools", "{}"u8.ToArray());
        await SignAsync(mismatch, Signing.Administrator with { Secret = "wrong" });
        Answers.IsError("InvalidSignatureException", await client.SendAsync(mismatch));

        async Task RefusedAsync(string error, Dictionary<string, string> logins) =>
            Answers.IsError(error, await client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = logins }));
    }

    private async Task SendNonsenseAsync(WireClient client, ServerProcess replica)
    {
        var token = (await LoginAsync("nonsense")).Values.Single();
        string[] bodies =
        [
            $"{{\"Logins\":{{\"a\":\"{token}\"", $"{{\"Logins\":\"{token}\"}}", $"\"{token}\"", token,
            $"{{\"Logins\":{{\"a\":\"{token}\\ud800\"}}}}",
            $"{{\"IdentityPoolId\":\"{token}\"}}", $"{{\"{token}\":\"{token}\"}}", $"{{\"AccountId\":\"{token}\"}}",
        ];
        foreach (var body in bodies)
        {
            Assert.Equal(400, (await client.CallAsync("GetId", body)).Status);
        }

        string[] requests =
        [
            $"GET /?token={token} HTTP/1.1\r\nHost: x\r\n\r\n",
            $"GET /{token} HTTP/1.1\r\nHost: x\r\n\r\n",
            $"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: {token}\r\nContent-Length: 0\r\n\r\n",
            $"POST / HTTP/1.1\r\nHost: x\r\nAuthorization {token}\r\nContent-Length: 0\r\n\r\n",
            $"{token} HTTP/1.1\r\nHost: x\r\n\r\n",
            $"POST / HTTP/1.1\r\nHost: {token}\r\nContent-Length: {token}\r\n\r\n",
        ];
        foreach (var request in requests)
        {
            using var connection = await RawConnection.OpenAsync(replica.BaseAddress);
            await connection.SendAsync(request);
            Assert.InRange((await connection.ReadAsync()).Status, 400, 499);
        }
    }

    private async Task MeetOutagesAsync(WireClient client, TestDatabase database)
    {
        var pool = await PoolAsync(client);
        var header = Base64("""{"alg":"RS256","kid":"1"}""");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = Base64($$"""{"iss":"http://{{_gone}}","aud":"client-RS256","sub":"outage","iat":{{now}},"exp":{{now + 600}}}""");
        var token = $"{header}.{claims}.{Base64(new string('s', 256))}";
        KeepToken(token);
        Answers.IsError("ExternalServiceException", await client.CallAsync(
            "GetId", new { IdentityPoolId = pool, Logins = new Dictionary<string, string> { [_gone] = token } }));

        await database.ScalarAsync("alter table login rename to login_gone; alter table identity rename to identity_gone");
        var login = await LoginAsync("outage");
        Answers.IsError("InternalErrorException", await client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = login }), 500);
        using var signed = client.Request("ListIdentities", Encoding.UTF8.GetBytes($$"""{"IdentityPoolId":"{{pool}}","MaxResults":1}"""));
        await SignAsync(signed, Signing.Administrator);
        Answers.IsError("InternalErrorException", await client.SendAsync(signed), 500);
    }

    private async Task<string> PoolAsync(WireClient client) => Answers.IsSuccess(await client.CallAsync("CreateIdentityPool", new
    {
        IdentityPoolName = "quiet",
        AllowUnauthenticatedIdentities = true,
        DeveloperProviderName = "login.quiet.example",
        OpenIdConnectProviderARNs = new[] { server.Oidc.Arn, $"arn:aws:iam::000000000000:oidc-provider/{_gone}" },
    }))["IdentityPoolId"];

    private async Task<Dictionary<string, string>> LoginAsync(string subject)
    {
        var login = await server.LoginAsync(subject);
        KeepToken(login.Values.Single());
        return login;
    }

    private async Task SignAsync(HttpRequestMessage request, SigV4Signer signer)
    {
        await signer.SignAsync(request, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        Keep(request.Headers.GetValues("Authorization").Single().Split("Signature=")[1]);
    }

    /// <summary>Neither the whole token nor its claims nor its signature may show; the header alone is the same for everybody.</summary>
    private void KeepToken(string token)
    {
        var parts = token.Split('.');
        Keep(parts[1]);
        Keep(parts[2]);
    }

    private string Keep(string secret)
    {
        _secrets.Add(secret);
        return secret;
    }

    private static string Base64(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    /// <summary>The logger writes some characters as JSON escapes, behind which a secret could hide.</summary>
    [GeneratedRegex(@"\\u([0-9A-Fa-f]{4})")]
    private static partial Regex Unescape();
}
