using System.Diagnostics;
using System.Security.Cryptography;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests;

[Collection(nameof(Faults))]
public sealed class StartTests
{
    private const int Migrators = 10;
    private const int Replicas = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Ten_migrations_and_then_all_replicas_at_once_agree_on_one_schema_and_one_key()
    {
        await using var database = await TestDatabase.CreateAsync();
        var migrations = await Task.WhenAll(Enumerable.Range(0, Migrators)
            .Select(_ => ServerProcess.RunAsync(Settings(database), "migrate")));
        Assert.All(migrations, migration => Assert.True(migration.Status == 0, migration.Log));

        var servers = Enumerable.Range(0, Replicas).Select(_ => ServerProcess.Launch(Settings(database))).ToArray();
        try
        {
            await Task.WhenAll(servers.Select(server => server.ReadyAsync()));

            var keys = await Task.WhenAll(servers.Select(KeysAsync));
            Assert.Single(keys.Distinct());
            Assert.Equal(1, await database.CountAsync("signing_key where state = 'current'"));
            Assert.Equal(2, await database.CountAsync("signing_key"));
            Assert.Equal(1, await database.CountAsync("access_key"));
            Assert.Equal(1, await database.CountAsync("account"));
        }
        finally
        {
            foreach (var server in servers)
            {
                await server.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task A_replica_waits_for_the_schema_that_it_needs()
    {
        await using var database = await TestDatabase.CreateAsync();
        var settings = Settings(database);
        await using var server = ServerProcess.Launch(settings);
        using var client = TestServer.Client(server);
        await UntilAsync(() => server.Log.Contains("run the migrate verb", StringComparison.Ordinal));

        using (var early = await client.Http.GetAsync(new Uri("/health/ready", UriKind.Relative)))
        {
            Assert.Equal(503, (int)early.StatusCode);
        }

        await TestServer.MigrateAsync(settings);
        await server.ReadyAsync();

        using var late = await client.Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.Equal(200, (int)late.StatusCode);
    }

    [Fact]
    public async Task A_wrong_master_key_ends_the_process_and_says_so()
    {
        await using var database = await TestDatabase.CreateAsync();
        var settings = Settings(database);
        await TestServer.MigrateAsync(settings);
        await using (await ServerProcess.StartAsync(settings))
        {
            // Its signing key is in the database now, wrapped by its master key.
        }

        settings["FederatedIdentity__MasterKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var (status, log) = await ServerProcess.RunAsync(settings);

        Assert.NotEqual(0, status);
        Assert.Contains("was wrapped with the master key", log, StringComparison.Ordinal);
        Assert.DoesNotContain("is ready on", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FederatedIdentity__MasterKey", null, "FederatedIdentity:MasterKey or FederatedIdentity:MasterKeyFile is required. A master key is the base64 of 32 random bytes")]
    [InlineData("FederatedIdentity__MasterKey", "not base64!", "FederatedIdentity:MasterKey or FederatedIdentity:MasterKeyFile is required. A master key is the base64 of 32 random bytes")]
    [InlineData("FederatedIdentity__MasterKey", "c2hvcnQ=", "FederatedIdentity:MasterKey or FederatedIdentity:MasterKeyFile is required. A master key is the base64 of 32 random bytes")]
    [InlineData("ConnectionStrings__Postgres", null, "ConnectionStrings:Postgres is required")]
    [InlineData("FederatedIdentity__Issuer", null, "FederatedIdentity:Issuer must be the server")]
    [InlineData("FederatedIdentity__Issuer", "http://id.example.com", "FederatedIdentity:Issuer must be https")]
    [InlineData("FederatedIdentity__Tokens__SigningAlgorithm", "HS256", "FederatedIdentity:Tokens:SigningAlgorithm must be one of")]
    [InlineData("FederatedIdentity__Tokens__KeyCacheLifetime", "00:00:00", "FederatedIdentity:Tokens:KeyCacheLifetime must be between")]
    [InlineData("FederatedIdentity__Tokens__KeyPublishing", "01:00:04", "FederatedIdentity:Tokens:KeyPublishing must be at least 5 seconds longer")]
    [InlineData("FederatedIdentity__Tokens__KeyRotation", "01:00:00", "FederatedIdentity:Tokens:KeyRotation must be zero, or between")]
    [InlineData("FederatedIdentity__Tokens__KeyRotation", "-1.00:00:00", "FederatedIdentity:Tokens:KeyRotation must be zero, or between")]
    [InlineData("FederatedIdentity__Region", "Mars!", "FederatedIdentity:Region must be")]
    [InlineData("FederatedIdentity__AccountId", "12", "FederatedIdentity:AccountId must be 12 digits")]
    [InlineData("FederatedIdentity__Bootstrap__SecretAccessKey", "short", "FederatedIdentity:Bootstrap:SecretAccessKey must have")]
    [InlineData("FederatedIdentity__OpenIdConnectProviders__0__Url", "ftp://x", "FederatedIdentity:OpenIdConnectProviders:0: Url must be")]
    [InlineData("FederatedIdentity__OpenIdConnectProviders__0__ClientIds__0", "", "FederatedIdentity:OpenIdConnectProviders:0: ClientIds must name")]
    [InlineData("FederatedIdentity__OpenIdConnectProviders__0__Thumbprints__0", "0123", "FederatedIdentity:OpenIdConnectProviders:0: Thumbprints must be")]
    public async Task A_configuration_that_cannot_work_ends_the_process_and_names_the_setting(
        string setting, string? value, string sentence)
    {
        var settings = TestServer.Settings("Host=127.0.0.1;Port=1", ServerProcess.FreePort(), "http://127.0.0.1:8080");
        settings[setting] = value;

        var (status, log) = await ServerProcess.RunAsync(settings);

        Assert.NotEqual(0, status);
        Assert.Contains(sentence, log, StringComparison.Ordinal);
        Assert.DoesNotContain(TestServer.SecretAccessKey, log, StringComparison.Ordinal);
        Assert.DoesNotContain(TestServer.MasterKey, log, StringComparison.Ordinal);
    }

    private static Dictionary<string, string?> Settings(TestDatabase database) =>
        TestServer.Settings(database, ServerProcess.FreePort(), "http://127.0.0.1:8080");

    private static async Task<string> KeysAsync(ServerProcess server)
    {
        using var client = TestServer.Client(server);
        return await client.Http.GetStringAsync(new Uri("/.well-known/jwks_uri", UriKind.Relative));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, Patience);
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }
}
