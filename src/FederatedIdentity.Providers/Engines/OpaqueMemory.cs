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
    public void Keep(TokenKey key, OpaqueResult result, long askedAt)
    {
        switch (result)
        {
            case OpaqueResult.Valid { Claims.Length: <= MaxClaimBytes } valid:
                _good.Put(key, valid, askedAt, LongestUse, valid.ExpiresAt);
                break;
            case OpaqueResult.Invalid:
                _refused.Put(key, result, askedAt, LongestRefusal, expiresAt: null);
                break;
        }
    }
}
