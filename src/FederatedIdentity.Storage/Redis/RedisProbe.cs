using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Storage.Redis;

/// <summary>
/// Connects to Redis, gives this replica's sign of life there and counts those of the others, and is the one who asks while the
/// circuit is open, ever more rarely. A connection on which nothing came back for some probes is replaced: its other end may be gone.
/// </summary>
internal sealed class RedisProbe(
    RedisConnection connection,
    RedisCircuit circuit,
    ReplicaCount replicas,
    RedisMetrics metrics,
    IOptions<RedisOptions> options,
    TimeProvider clock) : BackgroundService
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private const int SecondsOfLife = 20;
    private const int ProbesOfOneConnection = 4;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly string[] _keys = [options.Value.KeyPrefix + "replicas"];
    private readonly byte[] _self = RandomNumberGenerator.GetBytes(16);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await circuit.AskAsync(
            RedisScript.Replicas.Name, SignOfLife(0), static (redis, call) => redis.RunForNumbersAsync(call), CancellationToken.None);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.Replicas = replicas.Value;
        await ConnectAsync();
        var settled = false;
        for (var failures = 0; ;)
        {
            if (!await IsAnsweredAsync(settled, stoppingToken))
            {
                failures++;
            }
            else if (await circuit.WaitForOpeningAsync(Interval, stoppingToken))
            {
                failures++; // A circuit that opens again soon is probed as rarely as before.
            }
            else
            {
                (failures, settled) = (0, true);
                continue;
            }

            settled = false;
            await Task.Delay(Pause(failures), clock, stoppingToken);
            if (failures % ProbesOfOneConnection == 0)
            {
                await ConnectAsync();
            }
        }
    }

    private async Task ConnectAsync()
    {
        try
        {
            await connection.ConnectAsync();
        }
#pragma warning disable CA1031 // Redis is away, in whatever words: that must not stop a server. The next probe says that it is.
        catch (Exception)
#pragma warning restore CA1031
        {
            metrics.Ran("failed", TimeSpan.Zero);
        }
    }

    /// <summary>Doubles with every failure, give or take a quarter, so that replicas do not come all at once.</summary>
    internal static TimeSpan Pause(int failures)
    {
        var pause = Shortest * Math.Pow(2, Math.Min(failures, 10) - 1);
        return (pause < Longest ? pause : Longest) * (RandomNumberGenerator.GetInt32(750, 1251) / 1000d);
    }

    // It writes, because a Redis that answers but takes nothing is of no use.
    private async Task<bool> IsAnsweredAsync(bool settled, CancellationToken ct)
    {
        var call = SignOfLife(SecondsOfLife);
        var answer = await circuit.ProbeAsync(RedisScript.Replicas.Name, call, static (redis, call) => redis.RunForNumbersAsync(call), ct);
        if (answer is { Given: true, Value: [var count] })
        {
            replicas.Saw(count, settled);
            metrics.Replicas = replicas.Value;
        }

        return answer.Given;
    }

    private ScriptCall SignOfLife(int seconds) => new(RedisScript.Replicas, _keys, [seconds], _self);
}
