namespace FederatedIdentity.FaultTests.Rehearsals.Alerts;

/// <summary>All drills, in the order of the rehearsal: what restarts replicas comes last, because their counters begin anew.</summary>
internal static class AlertDrills
{
    public static IReadOnlyList<AlertDrill> All { get; } =
    [
        DependencyDrills.Redis, DependencyDrills.Provider, DependencyDrills.OneCutOff, DependencyDrills.Postgres,
        DependencyDrills.Table, DependencyDrills.Resets,
        LoadDrills.SlowDatabase, LoadDrills.RateLimit,
        KeyDrills.Overdue, KeyDrills.NoNext, KeyDrills.MasterKey,
        UpkeepDrills.Housekeeping, .. FakeClock.IsAvailable ? [UpkeepDrills.Clock] : Array.Empty<AlertDrill>(), UpkeepDrills.Schema,
        ReplicaDrills.Hang, ReplicaDrills.AllKilled, ReplicaDrills.Restarts,
        .. CanLimitMemory() ? [ReplicaDrills.LittleMemory] : Array.Empty<AlertDrill>(),
    ];

    /// <summary>
    /// Alerts whose faults need what not every machine has, or none: no settings were found with which the collector takes a tenth of the
    /// time and the replica still serves. promtool's tests are all that is left of them.
    /// </summary>
    public static IReadOnlyList<string> NotHere { get; } =
    [
        "FederatedIdentityGarbageCollectionBusy",
        .. FakeClock.IsAvailable ? Array.Empty<string>() : UpkeepDrills.Clock.Alerts,
        .. CanLimitMemory() ? Array.Empty<string>() : ReplicaDrills.LittleMemory.Alerts,
    ];

    /// <summary>Drills that have one of the words in the name of their fault or of an alert; all without a word.</summary>
    public static IReadOnlyList<AlertDrill> Of(IReadOnlyCollection<string> words) =>
        [.. All.Where(drill => words.Count == 0 || words.Any(word =>
            drill.Alerts.Append(drill.Fault).Any(name => name.Contains(word, StringComparison.OrdinalIgnoreCase))))];

    private static bool CanLimitMemory()
    {
        using var group = MemoryGroup.TryCreate();
        return group is not null;
    }
}
