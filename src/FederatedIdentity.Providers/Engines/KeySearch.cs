namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// Looks for newer keys of one source: among what the replicas share, and only then at the issuer, one replica for all. Whoever finds
/// them, the whole search has the time of one call.
/// </summary>
internal sealed class KeySearch(KeySource source, KeyFetcher fetcher, SharedKeys shared, ProviderMetrics metrics, TimeProvider time)
{
    /// <summary>How much longer than the longest search a turn lasts, so that only death ends it early.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Newer keys than those fetched at <paramref name="own"/>. A <paramref name="forced"/> search is content when the issuer was asked
    /// within the cool-down, by whichever replica. With <paramref name="known"/> the discovery document is not read again.
    /// </summary>
    public async Task<KeyFind> FindAsync(DateTimeOffset? own, bool forced, KeysPlace? known)
    {
        using var deadline = new CancellationTokenSource(fetcher.Deadline, time);
        FetchedKeys? last = null;
        try
        {
            last = await shared.LastAsync(deadline.Token);
            if (last is not null && last.IsNewerThan(own) && last.IsYoung(time.GetUtcNow()))
            {
                return Shared(last, waited: false);
            }

            var turn = await shared.TakeTurnAsync(fetcher.Deadline + Grace, deadline.Token);
            return turn.Recent switch
            {
                { } recent when recent.IsNewerThan(own) => Shared(recent, turn.Waited),
                not null when forced => Shared(null, turn.Waited),
                _ => await FetchAsync(turn.IsMine, known, last, deadline.Token),
            };
        }
        catch (OperationCanceledException)
        {
            return new KeyFind.Failed("keys: no complete answer in time", last);
        }
    }

    private KeyFind Shared(FetchedKeys? newer, bool waited)
    {
        metrics.LookedForKeys(source.Kind, waited ? "awaited" : "shared");
        return newer is null ? KeyFind.NoneNewer.Instance : new KeyFind.Newer(newer);
    }

    private async Task<KeyFind> FetchAsync(bool myTurn, KeysPlace? known, FetchedKeys? last, CancellationToken ct)
    {
        metrics.LookedForKeys(source.Kind, "miss");
        var (kept, now) = (false, time.GetUtcNow()); // Before the issuer is asked: what it says may be older than its arrival.
        try
        {
            switch (await fetcher.FetchAsync(source, known?.Url, ct))
            {
                case KeyFetch.Ok ok:
                    var keys = new FetchedKeys(ok.Json, ok.Keys, known ?? new(ok.KeysUrl, now), now, ok.Lifetime);
                    kept = shared.TryKeep(keys);
                    return new KeyFind.Newer(keys);
                case KeyFetch.Failed failed:
                    return new KeyFind.Failed(failed.Detail, last);
                case var other:
                    throw new InvalidOperationException(other.ToString());
            }
        }
        finally
        {
            if (myTurn && !kept)
            {
                shared.Release();
            }
        }
    }
}
