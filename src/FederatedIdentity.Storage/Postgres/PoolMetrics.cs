using System.Diagnostics.Metrics;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>Counts how often pools are read and how well this replica hears of changes; no label comes from a pool.</summary>
internal sealed class PoolMetrics
{
    public const string MeterName = "FederatedIdentity.Storage";

    private readonly Counter<long> _lookups;
    private readonly Counter<long> _loads;
    private readonly Counter<long> _polls;
    private readonly TimeProvider _clock;
    private long _knownUntil;

    public PoolMetrics(IMeterFactory meters, TimeProvider clock)
    {
        (_clock, _knownUntil) = (clock, clock.GetTimestamp());
        var meter = meters.Create(MeterName);
        _lookups = meter.CreateCounter<long>("federated_identity.pools.lookups", "{lookup}", "Looks for a pool's snapshot, by outcome.");
        _loads = meter.CreateCounter<long>("federated_identity.pools.loads", "{load}", "Pool snapshots read from the database.");
        _polls = meter.CreateCounter<long>(
            "federated_identity.pools.change_polls", "{poll}", "Polls of the log of pool changes, by outcome.");
        meter.CreateObservableGauge(
            "federated_identity.pools.change_lag", () => _clock.GetElapsedTime(Volatile.Read(ref _knownUntil)).TotalSeconds, "s",
            "How long ago the last poll of pool changes began that succeeded.");
        Begin();
    }

    /// <summary>A hit, or a miss that has the pool read or waits for somebody's reading.</summary>
    public void LookedUp(bool hit) => _lookups.Add(1, Outcome(hit ? "hit" : "miss"));

    public void Loaded() => _loads.Add(1);

    /// <summary><paramref name="outcome"/>: current; restarted when all snapshots had to be forgotten; failed.</summary>
    public void Polled(string outcome) => _polls.Add(1, Outcome(outcome));

    /// <summary>Every change before <paramref name="asOf"/>, a timestamp of the clock, is known.</summary>
    public void KnownUntil(long asOf) => Volatile.Write(ref _knownUntil, asOf);

    private void Begin()
    {
        _loads.Add(0);
        foreach (var outcome in new[] { "hit", "miss" })
        {
            _lookups.Add(0, Outcome(outcome));
        }

        foreach (var outcome in new[] { "current", "restarted", "failed" })
        {
            _polls.Add(0, Outcome(outcome));
        }
    }

    private static KeyValuePair<string, object?> Outcome(string outcome) => new("outcome", outcome);
}
