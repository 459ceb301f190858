using FederatedIdentity.Domain.Sharing;

namespace FederatedIdentity.Tests.Shared;

/// <summary>
/// What replicas share, in one process, with everything that the port promises and with what may befall the real one: it can be away,
/// forget, and hold what nobody wrote.
/// </summary>
internal sealed class InMemoryTokenCache(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (byte[] Value, long Since, TimeSpan Lifetime)> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (View Holder, long Since, TimeSpan Lease)> _turns = new(StringComparer.Ordinal);
    private int _questions;

    /// <summary>While it is away everybody has to find out for himself, and nothing is kept.</summary>
    public bool IsAway { get; set; }

    /// <summary>How often it was asked, whatever for.</summary>
    public int Questions => Volatile.Read(ref _questions);

    /// <summary>All that is kept now.</summary>
    public IReadOnlyDictionary<string, byte[]> Values
    {
        get
        {
            lock (_gate)
            {
                return _values.Where(entry => IsCurrent(entry.Value.Since, entry.Value.Lifetime))
                    .ToDictionary(entry => entry.Key, entry => entry.Value.Value);
            }
        }
    }

    /// <summary>The cache of one more replica.</summary>
    public ITokenCache Replica() => new View(this);

    /// <summary>Puts a value under a name as nobody should be able to.</summary>
    public void Plant(string key, byte[] value, TimeSpan lifetime)
    {
        lock (_gate)
        {
            _values[key] = (value, time.GetTimestamp(), lifetime);
        }
    }

    private bool IsCurrent(long since, TimeSpan lifetime) => time.GetElapsedTime(since) < lifetime;

    private byte[]? Find(string key) =>
        !IsAway && _values.TryGetValue(key, out var entry) && IsCurrent(entry.Since, entry.Lifetime) ? entry.Value : null;

    private sealed class View(InMemoryTokenCache all) : ITokenCache
    {
        public ValueTask<SharedLookup> FindOrLeaseAsync(string key, TimeSpan lease, CancellationToken ct)
        {
            ct.ThrowIfCancellationRequested();
            Interlocked.Increment(ref all._questions);
            lock (all._gate)
            {
                if (all.Find(key) is { } value)
                {
                    return new(new SharedLookup.Found(value));
                }

                if (!all.IsAway && all._turns.TryGetValue(key, out var turn) && all.IsCurrent(turn.Since, turn.Lease))
                {
                    return new(SharedLookup.Awaited.Instance);
                }

                all._turns[key] = (this, all.Now, lease);
                return new(SharedLookup.Yours.Instance);
            }
        }

        public ValueTask<byte[]?> FindAsync(string key, CancellationToken ct)
        {
            ct.ThrowIfCancellationRequested();
            Interlocked.Increment(ref all._questions);
            lock (all._gate)
            {
                return new(all.Find(key));
            }
        }

        public void Keep(string key, ReadOnlySpan<byte> value, TimeSpan lifetime)
        {
            lock (all._gate)
            {
                if (!all.IsAway)
                {
                    all._values[key] = (value.ToArray(), all.Now, lifetime);
                    GiveBack(key);
                }
            }
        }

        public void Release(string key)
        {
            lock (all._gate)
            {
                GiveBack(key);
            }
        }

        /// <summary>Only one's own: a turn that ran out may be another's by now.</summary>
        private void GiveBack(string key)
        {
            if (all._turns.TryGetValue(key, out var turn) && turn.Holder == this)
            {
                all._turns.Remove(key);
            }
        }
    }

    private long Now => time.GetTimestamp();
}
