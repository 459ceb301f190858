using FederatedIdentity.IntegrationTests.Redis;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Hosting;

/// <summary>A replica that lets no more calls in still tells how it is: it is then that somebody wants to know.</summary>
[Collection(nameof(WireTests))]
public sealed class FullReplicaTests(ServerFixture deployment) : IAsyncLifetime
{
    private static readonly HttpClient _http = new(new SocketsHttpHandler());
    private readonly Uri _management = new($"http://127.0.0.1:{ServerProcess.FreePort()}");
    private ServerProcess? _server;

    public async Task InitializeAsync()
    {
        var port = ServerProcess.FreePort();
        var settings = TestServer.Settings(deployment.Database, port, $"http://127.0.0.1:{port}");
        settings["FederatedIdentity__Management__Port"] = $"{_management.Port}";
        settings["FederatedIdentity__Overload__Concurrency"] = "1";
        settings["FederatedIdentity__Overload__Queue"] = "0";
        _server = await ServerProcess.StartAsync(settings);
    }

    public async Task DisposeAsync() => await _server!.DisposeAsync();

    [Fact]
    public async Task Metrics_and_probes_are_answered_while_no_call_is_let_in()
    {
        using var client = TestServer.Client(_server!);
        var pool = await client.CallAsync("CreateIdentityPool", new { IdentityPoolName = "full", AllowUnauthenticatedIdentities = true });
        var guest = await client.CallAsync("GetId", new { IdentityPoolId = pool["IdentityPoolId"] });
        await using var database = new NpgsqlConnection(deployment.Database.ConnectionString);
        await database.OpenAsync();
        await using var transaction = await database.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("lock table identity in access exclusive mode", database, transaction))
        {
            await hold.ExecuteNonQueryAsync();
        }

        using var enough = new CancellationTokenSource();
        var callers = Task.WhenAll(Enumerable.Range(0, 3).Select(_ => CallAsync(client, guest, enough.Token)));
        await Until.TrueAsync(async () => (await client.CallAsync("GetId", "{}")).Error == "TooManyRequestsException");

        // Now and then a call gives up waiting for the lock, and another takes its place.
        await Until.TrueAsync(async () => (await GetAsync("/metrics")).Contains("\nfederated_identity_overload_running 1\n", StringComparison.Ordinal));
        Assert.Equal("ok", await GetAsync("/health/ready"));
        Assert.Equal("ok", await GetAsync("/health/live"));

        await transaction.RollbackAsync();
        await Until.TrueAsync(async () => (await client.CallAsync("GetOpenIdToken", new { IdentityId = guest["IdentityId"] })).Ok);
        await enough.CancelAsync();
        await callers;
    }

    /// <summary>What becomes of these calls is no matter; that there always is one that works, is.</summary>
    private static async Task CallAsync(WireClient client, WireAnswer guest, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            await client.CallAsync("GetOpenIdToken", new { IdentityId = guest["IdentityId"] });
        }
    }

    private Task<string> GetAsync(string path) => _http.GetStringAsync(new Uri(_management, path));
}
