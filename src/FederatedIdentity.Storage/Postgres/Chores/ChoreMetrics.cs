using System.Diagnostics;
using System.Diagnostics.Metrics;
using FederatedIdentity.Domain;

namespace FederatedIdentity.Storage.Postgres.Chores;

/// <summary>What housekeeping did and when; the one label that matters is the chore, of which there are a handful.</summary>
internal sealed class ChoreMetrics
{
    private readonly Counter<long> _removed;
    private readonly Histogram<double> _duration;
    private readonly Gauge<double> _lastRun;
    private readonly Gauge<long> _waiting;

    public ChoreMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(PoolMetrics.MeterName);
        _removed = meter.CreateCounter<long>("federated_identity.housekeeping.removed", "{row}", "Rows removed, by chore.");
        _duration = meter.CreateHistogram<double>(
            "federated_identity.housekeeping.duration", "s", "Runs of chores, by outcome.", tags: null, Durations.Advice);
        _lastRun = meter.CreateGauge<double>(
            "federated_identity.housekeeping.last_run", "s",
            "When a chore last ran on this replica without failing, or this replica started, as Unix time.");
        _waiting = meter.CreateGauge<long>(
            "federated_identity.housekeeping.waiting", "{item}", "What a chore left for later: deleted pools, or pools with guests.");
    }

    /// <summary>What is to be done from <paramref name="now"/> on, so that what is never done is seen.</summary>
    public void Expect(IEnumerable<string> chores, DateTimeOffset now)
    {
        foreach (var chore in chores)
        {
            var label = new KeyValuePair<string, object?>("chore", chore);
            _removed.Add(0, label);
            _lastRun.Record(now.ToUnixTimeMilliseconds() / 1000.0, label);
            _waiting.Record(0, label);
        }
    }

    /// <summary>Another replica keeps house, and knows what waits.</summary>
    public void LeftToOthers(string chore) => _waiting.Record(0, new KeyValuePair<string, object?>("chore", chore));

    public void Ran(string chore, ChoreReport report, TimeSpan duration, DateTimeOffset now)
    {
        var label = new KeyValuePair<string, object?>("chore", chore);
        _removed.Add(report.Removed, label);
        _lastRun.Record(now.ToUnixTimeMilliseconds() / 1000.0, label);
        _waiting.Record(report.Waiting, label);
        Took(chore, duration, report.IsFinished ? "finished" : "goes_on");
    }

    public void Failed(string chore, TimeSpan duration) => Took(chore, duration, "failed");

    private void Took(string chore, TimeSpan duration, string outcome) =>
        _duration.Record(duration.TotalSeconds, new TagList { { "chore", chore }, { "outcome", outcome } });
}
