using System.Globalization;
using FederatedIdentity.Tests.Shared;
using StackExchange.Redis;

namespace FederatedIdentity.IntegrationTests.Redis;

/// <summary>An administrator, or an intruder, of a test's Redis.</summary>
internal sealed class RedisAdmin : IDisposable
{
    private readonly ConnectionMultiplexer _multiplexer;

    private RedisAdmin(ConnectionMultiplexer multiplexer) => _multiplexer = multiplexer;

    public IDatabase Database => _multiplexer.GetDatabase();

    public static Task<RedisAdmin> ConnectAsync(RedisProcess redis) => ConnectAsync(redis.ConnectionString);

    public static async Task<RedisAdmin> ConnectAsync(string connectionString) =>
        new(await ConnectionMultiplexer.ConnectAsync($"{connectionString},allowAdmin=true,connectTimeout=10000"));

    public async Task<string[]> KeysAsync() => (string[])(await Database.ExecuteAsync("KEYS", "*"))!;

    /// <summary>The keys that stay for good.</summary>
    public async Task<string[]> EndlessKeysAsync()
    {
        var endless = new List<string>();
        foreach (var key in await KeysAsync())
        {
            if ((long)await Database.ExecuteAsync("PTTL", key) == -1)
            {
                endless.Add(key);
            }
        }

        return [.. endless];
    }

    /// <summary>How often Redis was sent a command, or ran it within a script.</summary>
    public async Task<long> CallsAsync(string command)
    {
        var statistics = (string)(await Database.ExecuteAsync("INFO", "commandstats"))!;
        var line = statistics.Split('\n').FirstOrDefault(line => line.StartsWith($"cmdstat_{command}:calls=", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split('=', ',')[1], CultureInfo.InvariantCulture);
    }

    public void Dispose() => _multiplexer.Dispose();
}
