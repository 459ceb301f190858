namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// The key cache of one issuer. However many tokens arrive, it has at most one search under way, starts forced ones no oftener than
/// the cool-down allows, and goes on with the last good set for a day when the issuer is down.
/// </summary>
internal sealed class IssuerKeys(KeySearch search, string kind, ProviderMetrics metrics, TimeProvider time)
{
    internal static readonly TimeSpan CoolDown = TimeSpan.FromSeconds(30);
    internal static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);
    internal static readonly TimeSpan LongestUse = TimeSpan.FromHours(24);

    /// <summary>The part of a set's life after which a successor is looked for.</summary>
    internal const double Youth = 0.75;

    /// <summary>When the replicas have nothing newer although our own cool-down is over, theirs is over in a moment.</summary>
    private static readonly TimeSpan PauseBetweenLooks = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private volatile KeySnapshot? _current;
    private Task? _flight;
    private KeysPlace? _place;
    private long? _vainLook;
    private (long At, string Detail)? _failure;

    /// <summary>When somebody last asked, as a timestamp of the clock.</summary>
    public long LastUsed { get; private set; } = time.GetTimestamp();

    /// <summary>Keys for a token; asks the issuer only when there are none that are young enough.</summary>
    public async ValueTask<KeyAnswer> CurrentAsync(CancellationToken ct)
    {
        LastUsed = time.GetTimestamp();
        if (_current is { } cached)
        {
            // An old set serves while its successor is on the way; a set past its life only if the issuer was just found to be down.
            var age = time.GetElapsedTime(cached.FetchedAt, LastUsed);
            if (age < cached.Lifetime || (age < LongestUse && HasFailed()))
            {
                if (age >= cached.Lifetime * Youth)
                {
                    _ = Flight(forced: false, out _);
                }

                metrics.LookedForKeys(kind, "hit");
                return new KeyAnswer.Available(cached);
            }
        }

        await JoinAsync(forced: false, ct);
        return _current is { } found && time.GetElapsedTime(found.FetchedAt) < LongestUse
            ? new KeyAnswer.Available(found)
            : new KeyAnswer.Unavailable(FailureDetail());
    }

    /// <summary>For a token that <paramref name="seen"/> does not explain: an unknown key, or a known one that does not fit.</summary>
    public async ValueTask<KeyAnswer> NewerThanAsync(KeySnapshot seen, CancellationToken ct)
    {
        if (_current is { } newer && newer != seen)
        {
            return new KeyAnswer.Available(newer);
        }

        // Whoever sends junk can keep this armed, but only against forced searches: those by age go on.
        if (time.GetElapsedTime(seen.FetchedAt) < CoolDown || LookedInVain())
        {
            return KeyAnswer.NoneNewer.Instance;
        }

        await JoinAsync(forced: true, ct);
        return _current is { } found && found != seen ? new KeyAnswer.Available(found)
            : HasFailed() ? new KeyAnswer.Unavailable(FailureDetail())
            : KeyAnswer.NoneNewer.Instance;
    }

    /// <summary>The flight belongs to everybody who waits for it, so leaving does not end it.</summary>
    private async Task JoinAsync(bool forced, CancellationToken ct)
    {
        if (Flight(forced, out var begun) is { } flight)
        {
            if (!begun)
            {
                metrics.LookedForKeys(kind, "joined");
            }

            await flight.WaitAsync(ct);
        }
    }

    /// <summary>The search under way, a new one, or null while a failure is too fresh to try again.</summary>
    private Task? Flight(bool forced, out bool begun)
    {
        lock (_gate)
        {
            begun = _flight is null && !(_failure is { } failure && time.GetElapsedTime(failure.At) < PauseAfterFailure);
            if (begun)
            {
                _flight = Task.Run(() => SearchAsync(forced));
            }

            return _flight;
        }
    }

    private async Task SearchAsync(bool forced)
    {
        // Where the keys are is asked again daily, and after every failure: they may have moved.
        var known = _place is { } place && ReplicaClocks.Age(place.LocatedAt, time.GetUtcNow()) < LongestUse ? place : null;
        KeyFind result = new KeyFind.Failed("the search broke off", LastGood: null);
        try
        {
            result = await search.FindAsync(_current?.FetchedWhen, forced, known);
        }
        finally
        {
            Land(result);
        }
    }

    private void Land(KeyFind result)
    {
        lock (_gate)
        {
            (_flight, _failure, _vainLook) = (null, null, null);
            switch (result)
            {
                case KeyFind.Newer newer:
                    (_current, _place) = (SnapshotOf(newer.Keys), newer.Keys.Place);
                    break;
                case KeyFind.NoneNewer:
                    _vainLook = time.GetTimestamp();
                    break;
                case KeyFind.Failed failed:
                    (_failure, _place) = ((time.GetTimestamp(), failed.Detail), null);
                    if (failed.LastGood is { } last && last.IsNewerThan(_current?.FetchedWhen))
                    {
                        _current = SnapshotOf(last);
                    }

                    break;
            }
        }
    }

    /// <summary>From here on its age is measured by the clock that nobody can set back.</summary>
    private KeySnapshot SnapshotOf(FetchedKeys keys)
    {
        var age = ReplicaClocks.Age(keys.FetchedAt, time.GetUtcNow()) ?? TimeSpan.Zero;
        return new(keys.Keys, time.GetTimestamp() - (long)(age.TotalSeconds * time.TimestampFrequency), keys.Lifetime, keys.FetchedAt);
    }

    private bool HasFailed()
    {
        lock (_gate)
        {
            return _failure is not null;
        }
    }

    private bool LookedInVain()
    {
        lock (_gate)
        {
            return _vainLook is { } at && time.GetElapsedTime(at) < PauseBetweenLooks;
        }
    }

    private string FailureDetail()
    {
        lock (_gate)
        {
            return _failure?.Detail ?? "no keys";
        }
    }
}
