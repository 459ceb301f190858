using System.Security.Cryptography;
using FederatedIdentity.Domain.Sharing;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Storage.Redis;

/// <summary>
/// The shared cache in Redis. Under a key lies a sealed value, or the mark of the replica whose turn it is; anything else is a miss.
/// What is written nobody waits for, and when too much is on its way already it is not written.
/// </summary>
internal sealed class RedisTokenCache(RedisCircuit circuit, CacheSeal seal, IOptions<RedisOptions> options, RedisMetrics metrics)
    : ITokenCache
{
    /// <summary>Larger values are not kept.</summary>
    internal const int LargestValue = 64 * 1024;

    private const int LargestBox = LargestValue + CacheSeal.Overhead;
    private const int MostOnTheirWay = 128;
    private const byte MarkFormat = 0;
    private const int MarkLength = 17;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    // A replica asks but once for a key at a time, so that one mark serves all its turns.
    private readonly byte[] _mark = [MarkFormat, .. RandomNumberGenerator.GetBytes(MarkLength - 1)];
    private readonly string _prefix = options.Value.KeyPrefix + "cache:";
    private int _onTheirWay;

    public async ValueTask<SharedLookup> FindOrLeaseAsync(string key, TimeSpan lease, CancellationToken ct)
    {
        var call = new ScriptCall(RedisScript.FindOrLease, [_prefix + key], [Milliseconds(lease), LargestBox], _mark);
        var answer = await circuit.AskAsync(call.Script.Name, call, static (redis, call) => redis.RunAsync(call), ct);
        if (answer.Value is [MarkFormat, ..] and { Length: MarkLength })
        {
            metrics.LookedUp("leased");
            return SharedLookup.Awaited.Instance;
        }

        return Open(key, answer) is { } value ? new SharedLookup.Found(value) : SharedLookup.Yours.Instance;
    }

    public async ValueTask<byte[]?> FindAsync(string key, CancellationToken ct)
    {
        var answer = await circuit.AskAsync(
            "GETRANGE", _prefix + key, static (redis, name) => redis.ReadAsync(name, LargestBox + 1), ct);
        if (answer.Value is [MarkFormat, ..] and { Length: MarkLength })
        {
            metrics.LookedUp("leased");
            return null;
        }

        return Open(key, answer);
    }

    public void Keep(string key, ReadOnlySpan<byte> value, TimeSpan lifetime)
    {
        if (value.Length > LargestValue || lifetime < TimeSpan.FromMilliseconds(1))
        {
            Release(key);
            return;
        }

        if (MayWrite())
        {
            var bounded = lifetime < Longest ? lifetime : Longest;
            _ = WriteAsync(
                "SET",
                (Name: _prefix + key, Box: seal.Seal(key, value, bounded), Lifetime: bounded),
                static (redis, kept) => redis.WriteAsync(kept.Name, kept.Box, kept.Lifetime));
        }
    }

    public void Release(string key)
    {
        if (MayWrite())
        {
            var call = new ScriptCall(RedisScript.Release, [_prefix + key], [], _mark);
            _ = WriteAsync(call.Script.Name, call, static (redis, call) => redis.RunForNumbersAsync(call));
        }
    }

    private static double Milliseconds(TimeSpan time) => Math.Ceiling(Math.Clamp(time.TotalMilliseconds, 1, Longest.TotalMilliseconds));

    private byte[]? Open(string key, RedisAnswer<byte[]?> answer)
    {
        if (answer.Value is null)
        {
            metrics.LookedUp("miss");
            return null;
        }

        var value = answer.Value.Length <= LargestBox ? seal.Open(key, answer.Value) : null;
        metrics.LookedUp(value is null ? "unreadable" : "hit");
        return value;
    }

    private bool MayWrite()
    {
        if (circuit.IsOpen || Volatile.Read(ref _onTheirWay) >= MostOnTheirWay)
        {
            metrics.Spared(circuit.IsOpen ? "circuit_open" : "dropped");
            return false;
        }

        return true;
    }

    private async Task WriteAsync<TState, T>(string name, TState state, Func<RedisConnection, TState, Task<T>> command)
    {
        Interlocked.Increment(ref _onTheirWay);
        try
        {
            await circuit.AskAsync(name, state, command, CancellationToken.None); // Within the deadline, so that places become free again.
        }
        finally
        {
            Interlocked.Decrement(ref _onTheirWay);
        }
    }
}
