using System.Diagnostics.Metrics;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>Counts how often pools are read and how well this replica hears of changes; no label comes from a pool.</summary>
internal sealed class PoolMetrics
{
    public const string MeterName = "FederatedIdentity.Storage";

    private readonly Counter<long> _loads;
    private readonly Counter<long> _polls;

    public PoolMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _loads = meter.CreateCounter<long>("federated_identity.pools.loads", "{load}", "Pool snapshots read from the database.");
        _polls = meter.CreateCounter<long>(
            "federated_identity.pools.change_polls", "{poll}", "Polls of the log of pool changes, by outcome.");
    }

    public void Loaded() => _loads.Add(1);

    /// <summary><paramref name="outcome"/>: current; restarted when all snapshots had to be forgotten; failed.</summary>
    public void Polled(string outcome) => _polls.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
