using System.Buffers.Text;
using System.Text;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Telemetry;

/// <summary>A server that traces every request and logs all it can sends nobody what proves somebody, or who somebody is.</summary>
[Collection(nameof(WireTests))]
public sealed class SecretsInTelemetryTests(ServerFixture shared)
{
    private const string Path = "path-that-nobody-may-see";
    private const string ConsumerSecret = "consumer-secret-of-nobody";

    private const string User = "user-4711-of-nobody";

    private readonly List<string> _secrets = [TestServer.SecretAccessKey, TestServer.MasterKey, Path, ConsumerSecret, User];

    [Fact]
    public async Task Nothing_that_is_sent_holds_a_secret()
    {
        await using var database = await TestDatabase.CreateAsync();
        await TestServer.MigrateAsync(TestServer.Settings(database, 0, "http://127.0.0.1:1"));
        var gone = $"127.0.0.1:{ServerProcess.FreePort()}";
        await using var told = await Told.StartAsync(shared, (settings, _) =>
        {
            settings["ConnectionStrings__Postgres"] = database.ConnectionString;
            settings["Logging__LogLevel__Default"] = "Trace";
            settings["Logging__OpenTelemetry__LogLevel__Default"] = "Trace";
            TestServer.Register(settings, $"http://{gone}", "client-RS256");
        });
        var pool = await PoolAsync(told, gone);
        var login = await LoginAsync();
        var id = await told.GetIdAsync(pool, login);
        KeepToken(Answers.IsSuccess(await told.Client.CallAsync("GetOpenIdToken", new { IdentityId = id, Logins = login }))["Token"]);

        var token = login.Values.Single();
        await RefusedAsync("NotAuthorizedException", shared.Oidc.LoginKey, token[..^8] + "AAAAAAAA");
        await RefusedAsync("ExternalServiceException", gone, TokenOf($"http://{gone}"));
        await RefusedAsync("ValidationException", token, token);
        await StrangeAsync(told, token);
        await database.ScalarAsync("alter view login_owner rename to login_owner_gone");
        Answers.IsError("InternalErrorException", await told.Client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = login }), 500);

        var inbox = await told.LastAsync();
        Assert.Contains(inbox.Spans, span => span.Attributes.GetValueOrDefault("error.type") == "InternalErrorException");
        Assert.Contains(inbox.Spans, span => span.Attributes.GetValueOrDefault("db.response.status_code") == "42P01"); // No such table.
        Assert.Contains(inbox.Logs, log => log.Severity == "Error");
        foreach (var secret in _secrets)
        {
            Assert.False(inbox.Text.Contains(secret, StringComparison.Ordinal), $"A secret of {secret.Length} characters was sent.");
        }

        foreach (var who in new[] { id, database.ConnectionString, "Username=" })
        {
            Assert.DoesNotContain(who, inbox.TracesText, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(who, inbox.MetricsText, StringComparison.OrdinalIgnoreCase);
        }

        async Task RefusedAsync(string error, string key, string value)
        {
            KeepToken(value);
            Answers.IsError(error, await told.Client.CallAsync(
                "GetId", new { IdentityPoolId = pool, Logins = new Dictionary<string, string> { [key] = value } }));
        }
    }

    private async Task<string> PoolAsync(Told told, string gone) => Answers.IsSuccess(await told.Client.CallAsync("CreateIdentityPool", new
    {
        IdentityPoolName = "quiet",
        AllowUnauthenticatedIdentities = true,
        SupportedLoginProviders = new Dictionary<string, string> { ["api.twitter.com"] = $"key;{ConsumerSecret}" },
        OpenIdConnectProviderARNs = new[] { shared.Oidc.Arn, $"arn:aws:iam::000000000000:oidc-provider/{gone}" },
    }))["IdentityPoolId"];

    /// <summary>Everything of a request that a stranger can fill with what should not be there.</summary>
    private static async Task StrangeAsync(Told told, string token)
    {
        string[] requests =
        [
            $"GET /{Path}?token={token} HTTP/1.1\r\nHost: {Path}\r\nUser-Agent: {Path}\r\n\r\n",
            $"{Path} / HTTP/1.1\r\nHost: x\r\n\r\n",
            $"POST /?{Path} HTTP/1.1\r\nHost: x\r\nX-Amz-Target: {Path}\r\ntraceparent: {Path}\r\nContent-Length: 0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AWSCognitoIdentityService.GetId\r\nContent-Length: 0\r\n"
                + $"traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\ntracestate: v={Path}\r\n"
                + $"baggage: v={Path}\r\n\r\n",
        ];
        foreach (var request in requests)
        {
            using var connection = await RawConnection.OpenAsync(told.Server.BaseAddress);
            await connection.SendAsync(request);
            Assert.InRange((await connection.ReadAsync()).Status, 400, 499);
        }
    }

    private async Task<Dictionary<string, string>> LoginAsync()
    {
        var login = await shared.LoginAsync(User);
        KeepToken(login.Values.Single());
        return login;
    }

    /// <summary>Good enough to ask its issuer for keys.</summary>
    private static string TokenOf(string issuer)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = $$"""{"iss":"{{issuer}}","aud":"client-RS256","sub":"outage","iat":{{now}},"exp":{{now + 600}}}""";
        return string.Join('.', new[] { """{"alg":"RS256","kid":"1"}""", claims, new string('s', 256) }.Select(Base64));
    }

    private static string Base64(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    /// <summary>Neither a token's claims nor its signature may show; the header alone is the same for everybody.</summary>
    private void KeepToken(string token) => _secrets.AddRange(token.Split('.')[1..]);
}
