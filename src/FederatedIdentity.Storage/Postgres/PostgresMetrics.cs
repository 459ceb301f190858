using System.Diagnostics.Metrics;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>What operators see of the way to PostgreSQL when it is not smooth.</summary>
internal sealed class PostgresMetrics
{
    private readonly Counter<long> _repeated;
    private readonly Counter<long> _overdue;

    public PostgresMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("FederatedIdentity.Postgres");
        _repeated = meter.CreateCounter<long>(
            "federated_identity.postgres.repeats", "{attempt}", "Attempts that followed one that failed.");
        _overdue = meter.CreateCounter<long>(
            "federated_identity.postgres.overdue", "{statement}", "Statements that were not answered in time.");
        _repeated.Add(0);
        _overdue.Add(0);
    }

    public void Repeated() => _repeated.Add(1);

    public void Overdue() => _overdue.Add(1);
}
