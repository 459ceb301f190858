namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// What is remembered of opaque tokens, and how long: good ones for minutes, refused ones for seconds, outages never. Its size is
/// bounded, and refusals, of which anybody can cause any number, push out refusals alone.
/// </summary>
internal sealed class OpaqueMemory(TimeProvider time)
{
    /// <summary>How late a revocation at the provider may be noticed.</summary>
    internal static readonly TimeSpan LongestUse = TimeSpan.FromMinutes(5);
    internal static readonly TimeSpan LongestRefusal = TimeSpan.FromSeconds(30);

    internal const int MaxGood = 20_000;
    internal const int MaxRefused = 5_000;

    /// <summary>A user with more claims than this is asked about every time, so that few of them cannot fill the memory.</summary>
    private const int MaxClaimBytes = 4 * 1024;

    private readonly OpaqueShelf _good = new(MaxGood, time);
    private readonly OpaqueShelf _refused = new(MaxRefused, time);

    internal int Count => _good.Count + _refused.Count;

    public OpaqueResult? Find(TokenKey key) => _good.Find(key) ?? _refused.Find(key);

    /// <summary><paramref name="askedAt"/> is the timestamp before the provider was asked: whatever it said was true then.</summary>
    public void Keep(TokenKey key, OpaqueResult result, long askedAt) => Put(key, result, askedAt, LimitOf(result));

    /// <summary>
    /// Takes over what another replica was told at <paramref name="askedAt"/>, by its wall clock; false for what is too old, or not yet.
    /// It is held only so long that a clock which is wrong unnoticed prolongs nothing beyond that.
    /// </summary>
    public bool Borrow(TokenKey key, OpaqueResult result, DateTimeOffset askedAt)
    {
        if (ReplicaClocks.Age(askedAt, time.GetUtcNow()) is not { } age || Remaining(result, age) is not { } left)
        {
            return false;
        }

        Put(key, result, time.GetTimestamp(), left < ReplicaClocks.Slack ? left : ReplicaClocks.Slack);
        return true;
    }

    /// <summary>How much longer an answer of this <paramref name="age"/> counts; null when it does not.</summary>
    public TimeSpan? Remaining(OpaqueResult result, TimeSpan age)
    {
        var left = LimitOf(result) - age;
        if (result is OpaqueResult.Valid { ExpiresAt: { } end } && end - time.GetUtcNow() is var toEnd && toEnd < left)
        {
            left = toEnd;
        }

        return left > TimeSpan.Zero ? left : null;
    }

    private static TimeSpan LimitOf(OpaqueResult result) => result switch
    {
        OpaqueResult.Valid { Claims.Length: <= MaxClaimBytes } => LongestUse,
        OpaqueResult.Invalid => LongestRefusal,
        _ => TimeSpan.Zero,
    };

    private void Put(TokenKey key, OpaqueResult result, long since, TimeSpan lifetime)
    {
        if (lifetime > TimeSpan.Zero)
        {
            (result is OpaqueResult.Valid ? _good : _refused).Put(key, result, since, lifetime, (result as OpaqueResult.Valid)?.ExpiresAt);
        }
    }
}
