namespace FederatedIdentity.Domain.Sharing;

/// <summary>
/// Short memory that all replicas share. It may forget anything at any time, and whatever happens to it is a miss: no member throws
/// for an outage, and each answers within tens of milliseconds. What is kept is sealed, so that nobody can read it, or put a value of
/// his own under a key.
/// </summary>
/// <remarks>Keys must give away nothing: a hash where a token or a user is part of one.</remarks>
public interface ITokenCache
{
    /// <summary>
    /// The value, or who has to find it; one question for both, because it is one round trip. Whoever gets the turn for the key has it
    /// for <paramref name="lease"/>, unless the value is kept before.
    /// </summary>
    ValueTask<SharedLookup> FindOrLeaseAsync(string key, TimeSpan lease, CancellationToken ct);

    /// <summary>Null when there is none, or none that can be read now.</summary>
    ValueTask<byte[]?> FindAsync(string key, CancellationToken ct);

    /// <summary>
    /// Keeps a value for at most <paramref name="lifetime"/>, and gives the turn for the key back. Returns at once; whether it worked is
    /// nobody's business.
    /// </summary>
    void Keep(string key, ReadOnlySpan<byte> value, TimeSpan lifetime);

    /// <summary>Gives the turn back without a value, so that the next one may try. Returns at once.</summary>
    void Release(string key);
}

/// <summary>What the shared memory says of a key.</summary>
public abstract record SharedLookup
{
    private SharedLookup() { }

    public sealed record Found(byte[] Value) : SharedLookup;

    /// <summary>It is the caller's turn to find out; also when the memory cannot be reached, since then everybody has to.</summary>
    public sealed record Yours : SharedLookup
    {
        public static readonly Yours Instance = new();
    }

    /// <summary>Another replica is finding out.</summary>
    public sealed record Awaited : SharedLookup
    {
        public static readonly Awaited Instance = new();
    }
}
