using System.Collections.Frozen;
using System.Security.Cryptography;
using FederatedIdentity.Storage.Postgres;

namespace FederatedIdentity.Server.Sts;

/// <summary>
/// The keys of session tokens, shared by all replicas through PostgreSQL. A new key comes every day; it seals a minute after it was
/// made, when every replica knows it, and opens as long as a session may live. A retired key opens nothing. Days and minutes are the
/// database's: a replica's clock has no say.
/// </summary>
internal sealed partial class SessionKeyRing(
    NpgsqlSessionKeys store, SessionKeyMetrics metrics, TimeProvider clock, ILogger<SessionKeyRing> logger) : IDisposable
{
    private static readonly TimeSpan Publishing = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseBetweenLookUps = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1);
    private volatile Loaded? _loaded;
    private long? _lookedUpAt;

    /// <summary>The key that seals. Throws while the ring is not loaded: the server is not ready then.</summary>
    public SessionKey Current
    {
        get
        {
            var ring = _loaded ?? throw new InvalidOperationException("The session keys are not loaded yet.");
            var known = Publishing - clock.GetElapsedTime(ring.At);
            return Array.FindLast(ring.Keys, key => key.Age >= known).Key ?? ring.Keys[0].Key;
        }
    }

    /// <summary>
    /// The key of a token, or null. One that is not known may have been made since the last look, so a look is taken, but not oftener
    /// than once a second however many made-up ids arrive.
    /// </summary>
    public async ValueTask<SessionKey?> FindAsync(string id, CancellationToken ct)
    {
        if (_loaded?.ById.GetValueOrDefault(id) is { } key)
        {
            return key;
        }

        await _turn.WaitAsync(ct);
        try
        {
            if (_lookedUpAt is not { } last || clock.GetElapsedTime(last) >= PauseBetweenLookUps)
            {
                _lookedUpAt = clock.GetTimestamp();
                await ReadAsync(ct);
            }
        }
        finally
        {
            _turn.Release();
        }

        return _loaded?.ById.GetValueOrDefault(id);
    }

    /// <summary>Makes a key when the youngest is a day old, and reads them all.</summary>
    public async Task LoadAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            if (!await ReadAsync(ct))
            {
                if (await store.RotateAsync(NpgsqlSessionKeys.LongestUse, NpgsqlSessionKeys.LongestLife, ct))
                {
                    Log.Rotated(logger);
                }

                await ReadAsync(ct);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Whether the youngest key is young enough. A ring without any key to seal with is not taken over.</summary>
    private async Task<bool> ReadAsync(CancellationToken ct)
    {
        var at = clock.GetTimestamp();
        var stored = (await store.ReadAllAsync(ct)).Where(key => key.RetiredAt is null).ToArray();
        var keys = stored.Select(key => (Key: Import(key), key.Age)).Where(key => key.Key is not null).ToArray();
        if (keys.Length == 0)
        {
            return false;
        }

        _loaded = new Loaded(keys!, keys.ToFrozenDictionary(key => key.Key!.Id, key => key.Key!, StringComparer.Ordinal), at);
        metrics.Observe(stored[^1].Age, keys.Length);
        return stored[^1].Age < NpgsqlSessionKeys.LongestUse;
    }

    /// <summary>
    /// The same id holds the same key: unwrapping again would only cost time. Null, once the server runs, for a key that it cannot open:
    /// the others go on sealing and opening.
    /// </summary>
    private SessionKey? Import(StoredSessionKey stored)
    {
        try
        {
            return _loaded?.ById.GetValueOrDefault(stored.Id) ?? new SessionKey(stored.Id, store.Unwrap(stored));
        }
        catch (CryptographicException fault) when (_loaded is not null)
        {
            Log.CannotOpen(logger, fault.Message);
            return null;
        }
    }

    private sealed record Loaded((SessionKey Key, TimeSpan Age)[] Keys, FrozenDictionary<string, SessionKey> ById, long At);

    private static partial class Log
    {
        [LoggerMessage(40, LogLevel.Information, "Made a new key for session tokens; it seals in a minute.")]
        public static partial void Rotated(ILogger logger);

        [LoggerMessage(41, LogLevel.Error, "A key of session tokens is left out. {Reason}")]
        public static partial void CannotOpen(ILogger logger, string reason);
    }
}

/// <summary>One key of session tokens. Prints its id alone.</summary>
internal sealed class SessionKey(string id, byte[] bytes)
{
    public string Id => id;

    public ReadOnlySpan<byte> Bytes => bytes;

    public override string ToString() => id;
}
