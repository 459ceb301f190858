namespace FederatedIdentity.FaultTests.Rehearsals.Alerts;

/// <summary>All drills, in the order of the rehearsal: what restarts replicas comes last, because their counters begin anew.</summary>
internal static class AlertDrills
{
    public static IReadOnlyList<AlertDrill> All { get; } =
    [
        DependencyDrills.Redis, DependencyDrills.Provider, DependencyDrills.OneCutOff, DependencyDrills.Postgres,
        LoadDrills.SlowDatabase, LoadDrills.RateLimit,
        KeyDrills.Overdue, KeyDrills.NoNext, KeyDrills.MasterKey,
        UpkeepDrills.Housekeeping, .. FakeClock.IsAvailable ? [UpkeepDrills.Clock] : Array.Empty<AlertDrill>(), UpkeepDrills.Schema,
        ReplicaDrills.Hang, ReplicaDrills.AllKilled, ReplicaDrills.Restarts, ReplicaDrills.LittleMemory,
    ];

    /// <summary>Drills that have one of the words in the name of their fault or of an alert; all without a word.</summary>
    public static IReadOnlyList<AlertDrill> Of(IReadOnlyCollection<string> words) =>
        [.. All.Where(drill => words.Count == 0 || words.Any(word =>
            drill.Alerts.Append(drill.Fault).Any(name => name.Contains(word, StringComparison.OrdinalIgnoreCase))))];
}
