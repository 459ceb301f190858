using FederatedIdentity.Domain.Sharing;

namespace FederatedIdentity.Providers.Engines;

/// <summary>What came of asking the other replicas whether one of them fetched keys just now; see <see cref="SharedTurn"/>.</summary>
internal readonly record struct KeyTurn(FetchedKeys? Recent, bool IsMine, bool Waited);

/// <summary>
/// The keys of one source, as all replicas share them, under two names: what was fetched within the cool-down, which also is the turn to
/// fetch, and the last good set, for a day. Sources that differ in anything that the keys depend on share nothing, so that nobody who
/// owns one issuer can lend keys to another.
/// </summary>
internal sealed class SharedKeys
{
    private readonly KeySource _source;
    private readonly ITokenCache _cache;
    private readonly TimeProvider _time;
    private readonly SharedTurns _turns;
    private readonly string _recent;
    private readonly string _last;

    public SharedKeys(KeySource source, ITokenCache cache, TimeProvider time)
    {
        (_source, _cache, _time, _turns) = (source, cache, time, new SharedTurns(cache, time));

        // The number is that of the form in FetchedKeys: replicas of two releases share what both can read.
        var hash = HashedParts.Hex(["key-set-1", .. source.Parts]);
        (_recent, _last) = ($"key-set-1:recent:{hash}", $"key-set-1:last:{hash}");
    }

    /// <summary>The last good set, however old; null when there is none that we would have believed.</summary>
    public async Task<FetchedKeys?> LastAsync(CancellationToken ct) => Read(await _cache.FindAsync(_last, ct));

    public async Task<KeyTurn> TakeTurnAsync(TimeSpan lease, CancellationToken ct)
    {
        var turn = await _turns.TakeAsync(_recent, lease, ct);
        var recent = Read(turn.Value);

        // It was kept for no longer than the cool-down: when it seems older, one of the two clocks is wrong.
        var believed = recent is not null && ReplicaClocks.Age(recent.FetchedAt, _time.GetUtcNow()) <= IssuerKeys.CoolDown + ReplicaClocks.Slack;
        return new(believed ? recent : null, turn.IsMine, turn.Waited);
    }

    /// <summary>Shares what was fetched, and gives the turn back; false for a set that cannot be shared.</summary>
    public bool TryKeep(FetchedKeys keys)
    {
        if (keys.Write() is not { } value)
        {
            return false;
        }

        _cache.Keep(_last, value, IssuerKeys.LongestUse);
        _cache.Keep(_recent, value, IssuerKeys.CoolDown);
        return true;
    }

    /// <summary>Gives the turn back without keys.</summary>
    public void Release() => _cache.Release(_recent);

    private FetchedKeys? Read(byte[]? value) => value is null ? null : FetchedKeys.Read(value, _source, _time.GetUtcNow());
}
