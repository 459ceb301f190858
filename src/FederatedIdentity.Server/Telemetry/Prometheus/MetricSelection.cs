using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using FederatedIdentity.Domain;

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

    // A connection that is opened outside of them goes by its whole connection string.
    private static readonly FrozenSet<string> _pools = FrozenSet.Create(StringComparer.Ordinal, "main", "changes", "probe");

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

        var kind = _misnamed.Contains(instrument.Name) ? FamilyKind.UpDownCounter : FamilyKinds.Of(instrument);
        return kind is { } known ? new(known, BoundsOf(instrument), labels) : null;
    }

    /// <summary>The tag as it may be shown.</summary>
    public static KeyValuePair<string, object?> Show(KeyValuePair<string, object?> tag) =>
        tag.Key == Pool && !(tag.Value is string name && _pools.Contains(name)) ? new(Pool, "other") : tag;

    private static IReadOnlyList<double> BoundsOf(Instrument instrument) =>
        (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries is { Count: > 0 } advised
            ? advised
            : Durations.Advice.HistogramBucketBoundaries!;
}
