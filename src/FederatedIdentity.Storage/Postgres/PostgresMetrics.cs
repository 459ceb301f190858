using System.Diagnostics.Metrics;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>What operators see of the way to PostgreSQL when it is not smooth.</summary>
internal sealed class PostgresMetrics : IDisposable
{
    private readonly Meter _meter = new("FederatedIdentity.Postgres");
    private readonly Counter<long> _repeated;
    private readonly Counter<long> _overdue;

    public PostgresMetrics()
    {
        _repeated = _meter.CreateCounter<long>(
            "federated_identity.postgres.repeats", "{attempt}", "Attempts that followed one that failed.");
        _overdue = _meter.CreateCounter<long>(
            "federated_identity.postgres.overdue", "{statement}", "Statements that were not answered in time.");
    }

    public void Repeated() => _repeated.Add(1);

    public void Overdue() => _overdue.Add(1);

    public void Dispose() => _meter.Dispose();
}
