using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Redis;

/// <summary>Sentinel is asked which of its servers is the primary, also when that changes.</summary>
public sealed class RedisSentinelTests : IDisposable
{
    private const string Password = "of-servers-and-sentinel";

    private readonly string _files = Directory.CreateTempSubdirectory("redis-sentinel-").FullName;

    public void Dispose() => Directory.Delete(_files, recursive: true);

    [Fact]
    public async Task A_replica_follows_the_primary_to_another_server()
    {
        string[] secured = ["--requirepass", Password, "--masterauth", Password];
        await using var first = await RedisProcess.StartAsync(secured);
        await using var second = await RedisProcess.StartAsync([.. secured, "--replicaof", "127.0.0.1", $"{first.Port}"]);
        await using var sentinel = await StartSentinelAsync(first);
        await using var replica = await Replica.StartAsync($"127.0.0.1:{sentinel.Port},serviceName=main,password={Password}");
        Assert.True(await replica.IsGrantedByRedisAsync());

        await first.Program.KillAsync();
        await Until.TrueAsync(async () => await replica.IsGrantedByRedisAsync() && await HasBudgetsAsync(second));

        Assert.False(replica.Circuit.IsOpen);
    }

    private static async Task<bool> HasBudgetsAsync(RedisProcess redis)
    {
        using var admin = await RedisAdmin.ConnectAsync($"{redis.ConnectionString},password={Password}");
        return (await admin.KeysAsync()).Any(key => key.StartsWith("federated-identity:rate:", StringComparison.Ordinal));
    }

    /// <summary>Alone, so it needs nobody's consent to see that a server is gone.</summary>
    private async Task<PrivateProgram> StartSentinelAsync(RedisProcess primary)
    {
        var port = ServerProcess.FreePort();
        var configuration = Path.Combine(_files, "sentinel.conf"); // Sentinel writes there what it finds out.
        await File.WriteAllLinesAsync(configuration,
        [
            $"port {port}", "bind 127.0.0.1", "protected-mode no", $"dir {_files}", $"requirepass {Password}",
            $"sentinel monitor main 127.0.0.1 {primary.Port} 1", $"sentinel auth-pass main {Password}",
            "sentinel down-after-milliseconds main 1000", "sentinel failover-timeout main 5000",
        ]);
        return await PrivateProgram.StartAsync(RedisProcess.Variable, port, configuration, "--sentinel");
    }
}
