using System.Diagnostics.Metrics;
using FederatedIdentity.Domain;

namespace FederatedIdentity.Server.Hosting;

/// <summary>How long each operation took and how it ended. Labels come from closed sets only: never a pool, a user or a source.</summary>
internal sealed class RequestMetrics(IMeterFactory meters)
{
    private readonly Histogram<double> _duration = meters.Create("FederatedIdentity.Server").CreateHistogram<double>(
        "federated_identity.request.duration", "s", "Time from the first byte of a call to its answer.", tags: null, Durations.Advice);

    public void Record(string? operation, string outcome, TimeSpan elapsed) => _duration.Record(
        elapsed.TotalSeconds,
        new KeyValuePair<string, object?>("operation", operation ?? "unknown"),
        new KeyValuePair<string, object?>("outcome", outcome));
}
