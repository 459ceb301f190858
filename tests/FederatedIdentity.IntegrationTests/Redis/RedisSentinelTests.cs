using System.Globalization;
using FederatedIdentity.Domain.Sharing;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Redis;

/// <summary>Sentinel is asked which of its servers is the primary, also when that changes.</summary>
public sealed class RedisSentinelTests : IDisposable
{
    private static readonly RateCharge Plenty = new("plenty", 100_000, 1_000_000);

    private readonly string _files = Directory.CreateTempSubdirectory("redis-sentinel-").FullName;

    public void Dispose() => Directory.Delete(_files, recursive: true);

    [Fact]
    public async Task A_replica_follows_the_primary_to_another_server()
    {
        await using var first = await RedisProcess.StartAsync();
        await using var second = await RedisProcess.StartAsync("--replicaof", "127.0.0.1 " + first.Port.ToString(CultureInfo.InvariantCulture));
        await using var sentinel = await StartSentinelAsync(first);
        await using var replica = await Replica.StartAsync($"127.0.0.1:{sentinel.Port},serviceName=main");
        Assert.True(await GrantedByRedisAsync(replica));

        await first.Program.KillAsync();
        await Until.TrueAsync(async () => await GrantedByRedisAsync(replica) && await HasBudgetsAsync(second));

        Assert.False(replica.Circuit.IsOpen);
    }

    private static async ValueTask<bool> GrantedByRedisAsync(Replica replica)
    {
        var before = replica.Count("federated_identity.rate_budgets.decisions redis granted");
        Assert.True(await replica.SpendAsync(Plenty));
        return replica.Count("federated_identity.rate_budgets.decisions redis granted") > before;
    }

    private static async Task<bool> HasBudgetsAsync(RedisProcess redis)
    {
        using var admin = await RedisAdmin.ConnectAsync(redis);
        return (await admin.KeysAsync()).Contains("federated-identity:rate:plenty");
    }

    /// <summary>Alone, so it needs nobody's consent to see that a server is gone.</summary>
    private async Task<PrivateProgram> StartSentinelAsync(RedisProcess primary)
    {
        var port = ServerProcess.FreePort();
        var configuration = Path.Combine(_files, "sentinel.conf"); // Sentinel writes there what it finds out.
        await File.WriteAllLinesAsync(configuration,
        [
            $"port {port}", "bind 127.0.0.1", "protected-mode no", $"dir {_files}", $"sentinel monitor main 127.0.0.1 {primary.Port} 1",
            "sentinel down-after-milliseconds main 1000", "sentinel failover-timeout main 5000",
        ]);
        return await PrivateProgram.StartAsync(RedisProcess.Variable, port, configuration, "--sentinel");
    }
}
