using System.Collections.Frozen;
using FederatedIdentity.Storage.Postgres;

namespace FederatedIdentity.Server.Sts;

/// <summary>
/// The keys of session tokens, shared by all replicas through PostgreSQL. A new key comes every day; it seals a minute after it was
/// made, when every replica knows it, and opens as long as a session may live. A retired key opens nothing.
/// </summary>
internal sealed class SessionKeyRing(NpgsqlSessionKeys store, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan LongestUse = TimeSpan.FromDays(1);
    private static readonly TimeSpan Publishing = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseBetweenLookUps = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1);
    private volatile Loaded? _loaded;

    /// <summary>The key that seals. Throws while the ring is not loaded: the server is not ready then.</summary>
    public SessionKey Current
    {
        get
        {
            var ring = _loaded ?? throw new InvalidOperationException("The session keys are not loaded yet.");
            var known = clock.GetUtcNow() - Publishing;
            return Array.FindLast(ring.Sealing, key => key.CreatedAt <= known) ?? ring.Sealing[0];
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
            if (_loaded is not { } ring || clock.GetElapsedTime(ring.At) >= PauseBetweenLookUps)
            {
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
                await store.RotateAsync(LongestUse, NpgsqlSessionKeys.LongestLife, ct);
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
        var keys = (await store.ReadAllAsync(ct)).Where(stored => stored.RetiredAt is null).Select(Import).ToArray();
        if (keys.Length == 0)
        {
            return false;
        }

        _loaded = new Loaded(keys, keys.ToFrozenDictionary(key => key.Id, StringComparer.Ordinal), at);
        return keys[^1].CreatedAt > clock.GetUtcNow() - LongestUse;
    }

    /// <summary>The same id holds the same key: unwrapping again would only cost time.</summary>
    private SessionKey Import(StoredSessionKey stored) =>
        _loaded?.ById.GetValueOrDefault(stored.Id) ?? new SessionKey(stored.Id, store.Unwrap(stored), stored.CreatedAt);

    private sealed record Loaded(SessionKey[] Sealing, FrozenDictionary<string, SessionKey> ById, long At);
}

/// <summary>One key of session tokens. Prints its id alone.</summary>
internal sealed class SessionKey(string id, byte[] bytes, DateTimeOffset createdAt)
{
    public string Id => id;

    public DateTimeOffset CreatedAt => createdAt;

    public ReadOnlySpan<byte> Bytes => bytes;

    public override string ToString() => id;
}
