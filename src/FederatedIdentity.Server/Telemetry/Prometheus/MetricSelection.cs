using System.Collections.Frozen;
using System.Diagnostics.Metrics;

namespace FederatedIdentity.Server.Telemetry.Prometheus;

/// <summary>
/// Which instruments are shown: all of ours, and of other people's those that are listed, with no label but the listed ones. Theirs say
/// who called and who was called, which is not for us to number.
/// </summary>
internal sealed record MetricSelection(FamilyKind Kind, IReadOnlyList<double> Bounds, string[]? Labels)
{
    private const string Ours = "FederatedIdentity.";
    private const string Pool = "db.client.connection.pool.name";
    private const string Generation = "gc.heap.generation";

    /// <summary>Half a millisecond to ten seconds: from a call that a cache answers to the last time limit.</summary>
    private static readonly double[] _seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private static readonly FrozenDictionary<string, string[]> _theirs = new Dictionary<string, string[]>
    {
        ["http.server.request.duration"] = ["http.request.method", "http.response.status_code", "http.route"],
        ["http.server.active_requests"] = [],
        ["kestrel.active_connections"] = ["server.port"],
        ["http.client.active_requests"] = [],
        ["http.client.open_connections"] = ["http.connection.state"],
        ["db.client.connection.count"] = [Pool, "db.client.connection.state"],
        ["db.client.connection.max"] = [Pool],
        ["db.client.connection.npgsql.create_time"] = [Pool],
        ["db.client.connection.npgsql.pending_requests"] = [Pool],
        ["db.client.connection.npgsql.timeouts"] = [Pool],
        ["db.client.operation.duration"] = [Pool],
        ["db.client.operation.failed"] = [Pool],
        ["db.client.operation.npgsql.executing"] = [Pool],
        ["dotnet.exceptions"] = [],
        ["dotnet.gc.collections"] = [Generation],
        ["dotnet.gc.heap.total_allocated"] = [],
        ["dotnet.gc.last_collection.heap.size"] = [Generation],
        ["dotnet.gc.last_collection.memory.committed_size"] = [],
        ["dotnet.gc.pause.time"] = [],
        ["dotnet.monitor.lock_contentions"] = [],
        ["dotnet.process.cpu.count"] = [],
        ["dotnet.process.cpu.time"] = ["cpu.mode"],
        ["dotnet.process.memory.working_set"] = [],
        ["dotnet.thread_pool.queue.length"] = [],
        ["dotnet.thread_pool.thread.count"] = [],
        ["dotnet.thread_pool.work_item.count"] = [],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // They come as counters, and go down.
    private static readonly FrozenSet<string> _misnamed =
        FrozenSet.Create("dotnet.thread_pool.queue.length", "dotnet.thread_pool.thread.count");

    /// <summary>Null for an instrument that is not shown.</summary>
    public static MetricSelection? Of(Instrument instrument)
    {
        string[]? labels = null;
        if (!instrument.Meter.Name.StartsWith(Ours, StringComparison.Ordinal) && !_theirs.TryGetValue(instrument.Name, out labels))
        {
            return null;
        }

        return FamilyKinds.Of(instrument) is { } kind
            ? new(_misnamed.Contains(instrument.Name) ? FamilyKind.UpDownCounter : kind, Advised(instrument) ?? _seconds, labels)
            : null;
    }

    private static IReadOnlyList<double>? Advised(Instrument instrument) =>
        (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries is { Count: > 0 } bounds ? bounds : null;
}
