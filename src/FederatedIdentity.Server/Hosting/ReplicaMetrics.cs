using System.Diagnostics.Metrics;
using System.Reflection;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Secrets;

namespace FederatedIdentity.Server.Hosting;

/// <summary>What this replica is, whether it is ready, and what it found out about clock, schema and master key.</summary>
internal sealed class ReplicaMetrics
{
    public ReplicaMetrics(
        IMeterFactory meters, Readiness readiness, DatabaseProbe probe, SharedClock clock, SchemaVersion schema, MasterKey masterKey)
    {
        var meter = meters.Create("FederatedIdentity.Server");
        var started = clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        var build = new Measurement<int>(1, new KeyValuePair<string, object?>("version", Version));
        meter.CreateObservableGauge("federated_identity.build", () => build, null, "Always 1; its label says what runs here.");
        meter.CreateObservableGauge("federated_identity.started", () => started, "s", "When this replica started, as Unix time.");
        meter.CreateObservableGauge(
            "federated_identity.ready", () => readiness.IsReady && probe.WasReady ? 1 : 0, null, "1 when this replica is ready, else 0.");
        meter.CreateObservableGauge(
            "federated_identity.clock.offset", () => clock.MachineAhead.TotalSeconds, "s",
            "How far the clock of this machine is ahead of PostgreSQL's; the server goes by the latter.");
        meter.CreateObservableGauge(
            "federated_identity.schema.needed", () => Known(SchemaVersion.Needed), null, "The newest migration that this version knows.");
        meter.CreateObservableGauge(
            "federated_identity.schema.found", () => Known(schema.Found), null, "The newest migration of the database at start.");
        meter.CreateObservableGauge(
            "federated_identity.master_key.previous", () => masterKey.Previous is null ? 0 : 1, null,
            "1 while a previous master key is configured beside the current one, else 0.");
        meter.CreateObservableGauge(
            "federated_identity.process.memory.limit", MemoryLimit.Read, "By", "Memory of the container, or of the machine.");
        meter.CreateObservableGauge(
            "federated_identity.process.heap.limit", () => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, "By",
            "How large the heap of the garbage collector may become.");
    }

    /// <summary>As it was released, without the commit behind it.</summary>
    internal static string Version { get; } = typeof(ReplicaMetrics).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    private static IEnumerable<Measurement<int>> Known(int? number) => number is { } known ? [new(known)] : [];
}
