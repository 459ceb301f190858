using System.Diagnostics.Metrics;
using FederatedIdentity.Domain;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>Counts how often pools are read and how well this replica hears of changes; no label comes from a pool.</summary>
internal sealed class PoolMetrics
{
    public const string MeterName = "FederatedIdentity.Storage";

    private readonly Tally.Series _hits;
    private readonly Tally.Series _misses;
    private readonly Counter<long> _loads;
    private readonly Counter<long> _polls;
    private readonly TimeProvider _clock;
    private long _knownUntil;

    public PoolMetrics(IMeterFactory meters, TimeProvider clock)
    {
        (_clock, _knownUntil) = (clock, clock.GetTimestamp());
        var meter = meters.Create(MeterName);
        var lookups = new Tally(meter, "federated_identity.pools.lookups", "{lookup}", "Looks for a pool's snapshot, by outcome.", "outcome");
        (_hits, _misses) = (lookups.Of("hit"), lookups.Of("miss"));
        _loads = meter.CreateCounter<long>("federated_identity.pools.loads", "{load}", "Pool snapshots read from the database.");
        _polls = meter.CreateCounter<long>(
            "federated_identity.pools.change_polls", "{poll}", "Polls of the log of pool changes, by outcome.");
        meter.CreateObservableGauge(
            "federated_identity.pools.change_lag", () => _clock.GetElapsedTime(Volatile.Read(ref _knownUntil)).TotalSeconds, "s",
            "How long ago the last poll of pool changes began that succeeded.");
        Begin();
    }

    /// <summary>A hit, or a miss that has the pool read or waits for somebody's reading.</summary>
    public void LookedUp(bool hit) => (hit ? _hits : _misses).Count();

    public void Loaded() => _loads.Add(1);

    /// <summary><paramref name="outcome"/>: current; restarted when all snapshots had to be forgotten; failed.</summary>
    public void Polled(string outcome) => _polls.Add(1, Outcome(outcome));

    /// <summary>Every change before <paramref name="asOf"/>, a timestamp of the clock, is known.</summary>
    public void KnownUntil(long asOf) => Volatile.Write(ref _knownUntil, asOf);

    private void Begin()
    {
        _loads.Add(0);
        foreach (var outcome in new[] { "current", "restarted", "failed" })
        {
            _polls.Add(0, Outcome(outcome));
        }
    }

    private static KeyValuePair<string, object?> Outcome(string outcome) => new("outcome", outcome);
}
