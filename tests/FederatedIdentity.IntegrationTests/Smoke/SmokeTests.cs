using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FederatedIdentity.IntegrationTests.Keys;
using FederatedIdentity.IntegrationTests.Sts;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Smoke;

/// <summary>What the smoke verb proves of a running service, and that it leaves nothing behind.</summary>
public sealed class SmokeTests
{
    private const string OnlyPools = """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"cognito-identity:*","Resource":"*"}]}
        """;

    [Fact]
    public async Task A_service_that_works_takes_every_step_and_keeps_nothing_of_it()
    {
        await using var deployment = await Deployment.StartAsync(2);

        var (status, output) = await SmokeAsync(deployment, TestServer.AccessKeyId, TestServer.SecretAccessKey);

        Assert.True(status == 0, output);
        string[] steps =
        [
            "ready", "discovery", "create a pool that admits guests", "create a role for its guests", "SetIdentityPoolRoles", "GetId",
            "GetOpenIdToken", "verify the token as a stranger", "GetCredentialsForIdentity", "delete the pool", "delete the role",
        ];
        Assert.Equal(steps.Length + 1, output.Split('\n').Length);
        Assert.All(steps, step => Assert.Matches($"\n{step} +ok +[0-9.]+", output));
        Assert.DoesNotContain(TestServer.SecretAccessKey, output, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", output, StringComparison.Ordinal); // A token.
        Assert.Equal(1, await deployment.Database.CountAsync("identity_pool where deleted_at is null")); // The deployment's own.
        Assert.Equal(1, await deployment.Database.CountAsync("iam_role"));
    }

    [Fact]
    public async Task An_administrator_of_pools_alone_skips_the_role_and_is_told_why()
    {
        await using var deployment = await Deployment.StartAsync(1);
        var user = await deployment.Replicas[0].Iam.UserAsync(OnlyPools);

        var (status, output) = await SmokeAsync(deployment, user.Key.Id, user.Key.Secret);

        Assert.True(status == 0, output);
        Assert.Matches("\ncreate a role for its guests +skipped +[0-9.]+ +CreateRole: status 403, AccessDenied", output);
        Assert.Matches("\nGetCredentialsForIdentity +skipped +[0-9.]+ +there is no role", output);
        Assert.Matches("\nverify the token as a stranger +ok", output);
        Assert.Equal(1, await deployment.Database.CountAsync("identity_pool where deleted_at is null"));
    }

    [Fact]
    public async Task What_was_made_goes_when_a_step_fails()
    {
        await using var deployment = await Deployment.StartAsync(
            1, ("FederatedIdentity__RateLimits__Enabled", "true"), ("FederatedIdentity__RateLimits__Operations__GetId", "0.01"));
        var (status, output) = (0, "");
        for (var run = 0; run < 3 && status == 0; run++) // The first calls go through.
        {
            (status, output) = await SmokeAsync(deployment, TestServer.AccessKeyId, TestServer.SecretAccessKey);
        }

        Assert.Equal(1, status);
        Assert.Matches("\nGetId +failed +[0-9.]+ +GetId: status 400, TooManyRequestsException", output);
        Assert.Matches("\ndelete the pool +ok", output);
        Assert.Matches("\ndelete the role +ok", output);
        Assert.Equal(1, await deployment.Database.CountAsync("identity_pool where deleted_at is null"));
        Assert.Equal(1, await deployment.Database.CountAsync("iam_role"));
    }

    [Fact]
    public async Task A_wrong_secret_fails_with_the_answer_of_the_service()
    {
        await using var deployment = await Deployment.StartAsync(1);

        var (status, output) = await SmokeAsync(deployment, TestServer.AccessKeyId, "another-secret-of-this-key");

        Assert.Equal(1, status);
        Assert.Matches("\ncreate a pool that admits guests +failed +[0-9.]+ +CreateIdentityPool: status 400, InvalidSignatureException", output);
        Assert.DoesNotContain("delete the pool", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--url")]
    [InlineData("--ca=x")]
    [InlineData("--url=http://127.0.0.1", "--url=http://127.0.0.2")]
    [InlineData("--url=http://127.0.0.1", "--cap=x")]
    public async Task Anything_else_is_told_the_usage(params string[] arguments)
    {
        var (status, log) = await ServerProcess.RunAsync(new Dictionary<string, string?>(), ["smoke", .. arguments]);

        Assert.Equal(2, status);
        Assert.StartsWith("Usage: federated-identity smoke", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no access key", "--url=http://127.0.0.1:1")]
    [InlineData("--url must be", "--url=127.0.0.1:1")]
    [InlineData("--url must be", "--url=http://name:word@127.0.0.1:1")]
    public async Task What_it_cannot_begin_with_it_names(string message, string argument)
    {
        var settings = new Dictionary<string, string?> { ["AWS_ACCESS_KEY_ID"] = null, ["AWS_SECRET_ACCESS_KEY"] = null };

        var (status, log) = await ServerProcess.RunAsync(settings, "smoke", argument);

        Assert.Equal(1, status);
        Assert.StartsWith(message, log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_TLS_only_the_given_authority_vouches_for_the_service()
    {
        using var ours = SelfSigned();
        using var other = SelfSigned();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var ended = new CancellationTokenSource();
        var serving = RefuseAsync(listener, ours, ended.Token);
        var url = $"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}";

        Assert.Contains("/health/ready: status 503", await WithAuthorityAsync(url, ours), StringComparison.Ordinal);
        Assert.Contains("SSL connection could not be established", await WithAuthorityAsync(url, other), StringComparison.Ordinal);
        await ended.CancelAsync();
        await serving;
    }

    private static Task<(int Status, string Log)> SmokeAsync(Deployment deployment, string id, string secret)
    {
        var settings = new Dictionary<string, string?> { ["AWS_ACCESS_KEY_ID"] = id, ["AWS_SECRET_ACCESS_KEY"] = secret };
        return ServerProcess.RunAsync(settings, "smoke", "--url", $"{deployment.Replicas[0].Server.BaseAddress}");
    }

    private static async Task<string> WithAuthorityAsync(string url, X509Certificate2 authority)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, authority.ExportCertificatePem());
        var settings = new Dictionary<string, string?> { ["AWS_ACCESS_KEY_ID"] = "AKIA", ["AWS_SECRET_ACCESS_KEY"] = "secret" };
        var (status, output) = await ServerProcess.RunAsync(settings, "smoke", "--url", url, "--ca", file);
        File.Delete(file);
        Assert.Equal(1, status);
        return output;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
    }

    /// <summary>A server that is never ready.</summary>
    private static async Task RefuseAsync(TcpListener listener, X509Certificate2 certificate, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync(ct);
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(certificate);
                await tls.ReadExactlyAsync(new byte[1], ct);
                await tls.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"), ct);
            }
            catch (Exception left) when (left is OperationCanceledException or IOException or System.Security.Authentication.AuthenticationException)
            {
                // A client that does not believe us, or the end of the test.
            }
        }
    }
}
