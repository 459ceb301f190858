namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// The key cache of one issuer. However many tokens arrive, it has at most one fetch under way, starts forced ones no oftener than
/// the cool-down allows, and goes on with the last good set for a day when the issuer is down.
/// </summary>
internal sealed class IssuerKeys(KeySource source, KeyFetcher fetcher, TimeProvider time)
{
    internal static readonly TimeSpan CoolDown = TimeSpan.FromSeconds(30);
    internal static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);
    internal static readonly TimeSpan LongestUse = TimeSpan.FromHours(24);

    private readonly Lock _gate = new();
    private volatile KeySnapshot? _current;
    private Task? _flight;
    private Uri? _keysUrl;
    private long _keysUrlFoundAt;
    private (long At, string Detail)? _failure;

    /// <summary>When somebody last asked, as a timestamp of the clock.</summary>
    public long LastUsed { get; private set; } = time.GetTimestamp();

    /// <summary>Keys for a token; asks the issuer only when there are none that are young enough.</summary>
    public async ValueTask<KeyAnswer> CurrentAsync(CancellationToken ct)
    {
        LastUsed = time.GetTimestamp();
        if (_current is { } cached)
        {
            var age = time.GetElapsedTime(cached.FetchedAt, LastUsed);
            if (age < cached.Lifetime * 0.75)
            {
                return new KeyAnswer.Available(cached);
            }

            // An old set serves while its successor is on the way; a set past its life only if the issuer was just found to be down.
            if (age < cached.Lifetime || (age < LongestUse && HasFailed()))
            {
                _ = Flight();
                return new KeyAnswer.Available(cached);
            }
        }

        await JoinAsync(ct);
        return _current is { } fetched && time.GetElapsedTime(fetched.FetchedAt) < LongestUse
            ? new KeyAnswer.Available(fetched)
            : new KeyAnswer.Unavailable(FailureDetail());
    }

    /// <summary>For a token that <paramref name="seen"/> does not explain: an unknown key, or a known one that does not fit.</summary>
    public async ValueTask<KeyAnswer> NewerThanAsync(KeySnapshot seen, CancellationToken ct)
    {
        if (_current is { } newer && newer != seen)
        {
            return new KeyAnswer.Available(newer);
        }

        // Whoever sends junk can keep this armed, but only against forced fetches: those by age go on.
        if (time.GetElapsedTime(seen.FetchedAt) < CoolDown)
        {
            return KeyAnswer.NoneNewer.Instance;
        }

        await JoinAsync(ct);
        return _current is { } fetched && fetched != seen
            ? new KeyAnswer.Available(fetched)
            : new KeyAnswer.Unavailable(FailureDetail());
    }

    /// <summary>The flight belongs to everybody who waits for it, so leaving does not end it.</summary>
    private async Task JoinAsync(CancellationToken ct)
    {
        if (Flight() is { } flight)
        {
            await flight.WaitAsync(ct);
        }
    }

    /// <summary>The fetch under way, a new one, or null while a failure is too fresh to try again.</summary>
    private Task? Flight()
    {
        lock (_gate)
        {
            if (_flight is null && !(_failure is { } failure && time.GetElapsedTime(failure.At) < PauseAfterFailure))
            {
                _flight = Task.Run(FetchAsync);
            }

            return _flight;
        }
    }

    private async Task FetchAsync()
    {
        // Where the keys are is asked again daily, and after every failure: they may have moved.
        var known = _keysUrl is not null && time.GetElapsedTime(_keysUrlFoundAt) < LongestUse ? _keysUrl : null;
        KeyFetch result = new KeyFetch.Failed("the fetch broke off");
        try
        {
            result = await fetcher.FetchAsync(source, known);
        }
        finally
        {
            Land(result, located: known is null);
        }
    }

    private void Land(KeyFetch result, bool located)
    {
        lock (_gate)
        {
            _flight = null;
            var now = time.GetTimestamp();
            if (result is KeyFetch.Ok ok)
            {
                (_keysUrl, _failure) = (ok.KeysUrl, null);
                _keysUrlFoundAt = located ? now : _keysUrlFoundAt;
                _current = new KeySnapshot(ok.Keys, now, ok.Lifetime);
            }
            else
            {
                (_keysUrl, _failure) = (null, (now, ((KeyFetch.Failed)result).Detail));
            }
        }
    }

    private bool HasFailed()
    {
        lock (_gate)
        {
            return _failure is not null;
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
