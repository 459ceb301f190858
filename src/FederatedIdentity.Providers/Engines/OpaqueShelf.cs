using System.Collections.Concurrent;

namespace FederatedIdentity.Providers.Engines;

/// <summary>Keeps up to so many answers about tokens, each for its time; the oldest makes room for the newest.</summary>
internal sealed class OpaqueShelf(int capacity, TimeProvider time)
{
    private readonly ConcurrentDictionary<TokenKey, Entry> _entries = new();
    private readonly Queue<(TokenKey Key, Entry Entry)> _byAge = new();
    private readonly Lock _writing = new();

    internal int Count => _entries.Count;

    public OpaqueResult? Find(TokenKey key) => _entries.TryGetValue(key, out var entry) && IsCurrent(entry) ? entry.Result : null;

    /// <summary>
    /// Keeps <paramref name="result"/> for <paramref name="lifetime"/> from <paramref name="askedAt"/>, a timestamp of the clock, but
    /// not past <paramref name="expiresAt"/>.
    /// </summary>
    public void Put(TokenKey key, OpaqueResult result, long askedAt, TimeSpan lifetime, DateTimeOffset? expiresAt)
    {
        var entry = new Entry(result, askedAt, lifetime, expiresAt);
        lock (_writing)
        {
            while (_byAge.TryPeek(out var oldest) && (_byAge.Count >= capacity || !IsCurrent(oldest.Entry)))
            {
                _byAge.Dequeue();
                _entries.TryRemove(KeyValuePair.Create(oldest.Key, oldest.Entry)); // Unless a newer answer has taken its place.
            }

            _entries[key] = entry;
            _byAge.Enqueue((key, entry));
        }
    }

    /// <summary>By both clocks: the one that nobody can set back limits what a wrong wall clock could prolong.</summary>
    private bool IsCurrent(Entry entry) =>
        time.GetElapsedTime(entry.AskedAt) < entry.Lifetime && !(entry.ExpiresAt <= time.GetUtcNow());

    private sealed class Entry(OpaqueResult result, long askedAt, TimeSpan lifetime, DateTimeOffset? expiresAt)
    {
        public OpaqueResult Result => result;

        public long AskedAt => askedAt;

        public TimeSpan Lifetime => lifetime;

        public DateTimeOffset? ExpiresAt => expiresAt;
    }
}
