using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FederatedIdentity.Domain.Sharing;
using FederatedIdentity.Tests.Shared;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.IntegrationTests.Redis;

/// <summary>Who is let in: passwords, certificates, and what the configuration may say.</summary>
public sealed class RedisAccessTests : IDisposable
{
    private const string Password = "never-to-be-shown";

    private readonly string _files = Directory.CreateTempSubdirectory("redis-tls-").FullName;

    public void Dispose() => Directory.Delete(_files, recursive: true);

    [Fact]
    public async Task A_password_opens_and_a_wrong_one_is_an_outage_that_does_not_show_it()
    {
        await using var redis = await RedisProcess.StartAsync("--requirepass", Password);
        await using var replica = await Replica.StartAsync($"{redis.ConnectionString},password={Password}");
        Assert.True(await replica.SpendAsync(new RateCharge("a", 1, 1)));
        Assert.Equal(1, replica.Count("federated_identity.rate_budgets.decisions redis granted"));

        await using var wrong = await Replica.LaunchAsync($"{redis.ConnectionString},password={Password}-not");
        Assert.True(await wrong.SpendAsync(new RateCharge("a", 1, 2)));
        await Until.TrueAsync(() => wrong.Log.Any(line => line.Level == LogLevel.Warning));
        Assert.True(wrong.Circuit.IsOpen);
        Assert.DoesNotContain(wrong.Log, line => line.Text.Contains(Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_password_of_its_own_opens_also_with_what_would_end_it_in_a_connection_string()
    {
        const string Awkward = Password + ",ssl=true,x";
        await using var redis = await RedisProcess.StartAsync("--requirepass", Awkward);

        await using var replica = await Replica.StartAsync(
            redis.ConnectionString + ",password=old", new() { ["FederatedIdentity:Redis:Password"] = Awkward });

        Assert.True(await replica.SpendAsync(new RateCharge("a", 1, 1)));
        Assert.Equal(1, replica.Count("federated_identity.rate_budgets.decisions redis granted"));
    }

    [Fact]
    public async Task A_Redis_of_before_access_lists_and_RESP3_will_do()
    {
        await using var redis = await RedisProcess.StartAsync("--rename-command", "HELLO", "", "--requirepass", Password);

        await using var replica = await Replica.StartAsync($"{redis.ConnectionString},password={Password}");

        Assert.True(await replica.SpendAsync(new RateCharge("a", 1, 1)));
        Assert.Equal(1, replica.Count("federated_identity.rate_budgets.decisions redis granted"));
    }

    [Fact]
    public async Task A_user_of_an_access_list_needs_no_more_than_the_documentation_gives_it()
    {
        var rules = Array.Find(
            await File.ReadAllLinesAsync(Path.Combine(Peer.RepositoryRoot, "docs/redis.md")),
            line => line.StartsWith("user federated-identity ", StringComparison.Ordinal));
        Assert.NotNull(rules);
        await using var redis = await RedisProcess.StartAsync(
        [
            "--user", "default", "off", "--user", "admin", "on", "nopass", "~*", "&*", "+@all",
            "--user", .. rules.Replace("...", Password, StringComparison.Ordinal).Split(' ')[1..],
        ]);
        await using (var replica = await Replica.StartAsync($"{redis.ConnectionString},user=federated-identity,password={Password}"))
        {
            Assert.True(await replica.SpendAsync(new RateCharge("federated-identity", 1, 1)));
            Assert.IsType<SharedLookup.Yours>(await replica.Cache.FindOrLeaseAsync("k", TimeSpan.FromMinutes(1), default));
            replica.Cache.Keep("k", [1], TimeSpan.FromMinutes(1));
            replica.Cache.Release("k");
            await Until.TrueAsync(async () => await replica.Cache.FindAsync("k", default) is not null);
            Assert.Equal(1, replica.Count("federated_identity.rate_budgets.decisions redis granted"));
            Assert.Equal(0, replica.Count("federated_identity.redis.commands failed"));
        }

        using var admin = await RedisAdmin.ConnectAsync($"{redis.ConnectionString},user=admin,password=any");
        Assert.Equal([], (StackExchange.Redis.RedisResult[]?)await admin.Database.ExecuteAsync("ACL", "LOG"));
    }

    [Fact]
    public async Task Tls_needs_a_certificate_that_the_authority_vouches_for()
    {
        using var authority = Authority("Redis authority");
        using var stranger = Authority("Stranger");
        await using var redis = await StartTlsAsync(authority, "redis.test");

        await using var trusting = await Replica.StartAsync(
            $"{redis.ConnectionString},ssl=true,sslHost=redis.test,password={Password}", Trust(authority));
        Assert.True(await trusting.SpendAsync(new RateCharge("a", 1, 1)));
        Assert.Equal(1, trusting.Count("federated_identity.rate_budgets.decisions redis granted"));

        await RefusedAsync($"{redis.ConnectionString},ssl=true,sslHost=redis.test,password={Password}", Trust(stranger));
        await RefusedAsync($"{redis.ConnectionString},ssl=true,sslHost=other.test,password={Password}", Trust(authority));
        await RefusedAsync($"{redis.ConnectionString},ssl=true,sslHost=redis.test,password={Password}", []);
    }

    [Theory]
    [InlineData("127.0.0.1:6379,nonsense=1,password=" + Password)]
    [InlineData("password=" + Password)]
    [InlineData("127.0.0.1:6379,ssl=perhaps,user=somebody,password=" + Password)]
    [InlineData("127.0.0.1:6379,connectTimeout=" + Password)]
    public async Task A_connection_string_that_cannot_be_read_stops_the_start_and_is_not_shown(string connectionString)
    {
        var (status, log) = await ServerProcess.RunAsync(Settings(("ConnectionStrings__Redis", connectionString)));

        Assert.NotEqual(0, status);
        Assert.Contains("ConnectionStrings:Redis", log, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FederatedIdentity__Redis__CommandTimeout", "00:00:05", "FederatedIdentity:Redis:CommandTimeout")]
    [InlineData("FederatedIdentity__Redis__KeyPrefix", "line\nbreak", "FederatedIdentity:Redis:KeyPrefix")]
    [InlineData("FederatedIdentity__Redis__CaFile", "/nonexistent", "FederatedIdentity:Redis:CaFile")]
    [InlineData("FederatedIdentity__RateLimits__Replicas", "0", "FederatedIdentity:RateLimits:Replicas")]
    public async Task A_setting_that_could_not_work_stops_the_start(string name, string value, string complaint)
    {
        var (status, log) = await ServerProcess.RunAsync(Settings(("ConnectionStrings__Redis", "127.0.0.1:1"), (name, value)));

        Assert.NotEqual(0, status);
        Assert.Contains(complaint, log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_prefix_of_keys_is_configurable()
    {
        await using var redis = await RedisProcess.StartAsync();
        using var admin = await RedisAdmin.ConnectAsync(redis);
        await using var replica = await Replica.StartAsync(
            redis.ConnectionString,
            new() { ["FederatedIdentity:Redis:KeyPrefix"] = "{mine}:", ["FederatedIdentity:Redis:CommandTimeout"] = "00:00:00.500" });

        await replica.SpendAsync(new RateCharge("a", 0.1, 1));
        await replica.Cache.FindOrLeaseAsync("k", TimeSpan.FromMinutes(1), default);

        Assert.Equal(["{mine}:cache:k", "{mine}:rate:a", "{mine}:replicas"], (await admin.KeysAsync()).Order(StringComparer.Ordinal));
    }

    private static Dictionary<string, string?> Settings(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["ConnectionStrings__Postgres"] = "Host=127.0.0.1;Port=1",
            ["FederatedIdentity__Issuer"] = "http://127.0.0.1",
            ["FederatedIdentity__MasterKey"] = Convert.ToBase64String(new byte[32]),
        };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        return all;
    }

    private static async Task RefusedAsync(string connectionString, Dictionary<string, string?> settings)
    {
        await using var replica = await Replica.LaunchAsync(connectionString, settings);
        await Until.TrueAsync(() => replica.Log.Any(line => line.Level == LogLevel.Warning));
        Assert.True(replica.Circuit.IsOpen);
        Assert.Equal(0, replica.Count("federated_identity.redis.commands ok"));
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
    }

    private Dictionary<string, string?> Trust(X509Certificate2 authority)
    {
        var file = Path.Combine(_files, $"{authority.Thumbprint}.pem");
        File.WriteAllText(file, authority.ExportCertificatePem());
        return new() { ["FederatedIdentity:Redis:CaFile"] = file, ["FederatedIdentity:Redis:CommandTimeout"] = "00:00:00.500" };
    }

    private async Task<RedisProcess> StartTlsAsync(X509Certificate2 authority, string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        names.AddIpAddress(IPAddress.Parse("192.0.2.1"));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var certificate = request.Create(authority, authority.NotBefore, authority.NotAfter, RandomNumberGenerator.GetBytes(8));
        var (certificateFile, keyFile) = (Path.Combine(_files, "server.pem"), Path.Combine(_files, "server.key"));
        await File.WriteAllTextAsync(certificateFile, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem());
        return await RedisProcess.StartTlsAsync(
            "--tls-cert-file", certificateFile, "--tls-key-file", keyFile, "--tls-ca-cert-file", certificateFile,
            "--tls-auth-clients", "no", "--requirepass", Password);
    }
}
