using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Storage.Redis;

/// <summary>Asks with a deadline of its own for each command, since an operator waits.</summary>
internal sealed class RedisExamination(RedisConnection connection, IOptions<RedisOptions> options) : IRedisExamination
{
    private const int Pings = 10;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    public bool IsEncrypted => connection.IsEncrypted;

    public bool IsLocal => connection.IsLocal;

    public TimeSpan CommandTimeout => options.Value.CommandTimeout;

    public async Task<(RedisFacts? Facts, string? Fault)> AskAsync()
    {
        try
        {
            await connection.ConnectAsync().WaitAsync(Deadline);
            var pings = await PingAsync();
            var said = await InfoAsync();
            var (replicas, writeFault) = await WriteAsync();
            return (new RedisFacts(
                said.GetValueOrDefault("redis_version"), said.GetValueOrDefault("maxmemory_policy"), Number(said.GetValueOrDefault("maxmemory")),
                pings[0], pings[pings.Count / 2], replicas, writeFault), null);
        }
#pragma warning disable CA1031 // Whatever the client throws is the answer to the question.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return (null, Reason(failure));
        }
    }

    private static string Reason(Exception failure) =>
        failure is TimeoutException ? $"no answer within {Deadline.TotalSeconds} seconds" : RedisConnection.Reason(failure);

    private async Task<List<TimeSpan>> PingAsync()
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < Pings; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await connection.PingAsync().WaitAsync(Deadline);
            times.Add(Stopwatch.GetElapsedTime(started));
        }

        times.Sort();
        return times;
    }

    /// <summary>Empty when the server keeps that to itself, as a hosted one may.</summary>
    private async Task<IReadOnlyDictionary<string, string>> InfoAsync()
    {
        try
        {
            return await connection.InfoAsync().WaitAsync(Deadline);
        }
        catch (StackExchange.Redis.RedisServerException)
        {
            return new Dictionary<string, string>();
        }
    }

    /// <summary>What replicas do: keep a value, and run a script, which counts them.</summary>
    private async Task<(int Replicas, string? Fault)> WriteAsync()
    {
        var prefix = options.Value.KeyPrefix;
        var nobody = RandomNumberGenerator.GetBytes(16);
        try
        {
            await connection.WriteAsync(prefix + "doctor", nobody, TimeSpan.FromSeconds(1)).WaitAsync(Deadline);
            var leave = new ScriptCall(RedisScript.Replicas, [prefix + "replicas"], [0], nobody);
            return ((int)(await connection.RunForNumbersAsync(leave).WaitAsync(Deadline))[0], null);
        }
        catch (StackExchange.Redis.RedisServerException refused)
        {
            return (0, RedisConnection.Reason(refused));
        }
    }

    private static long? Number(string? text) => long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
}
