namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>All faults that this machine can be made to have, in the order of the long rehearsal.</summary>
internal static class FaultList
{
    public static IReadOnlyList<Fault> All { get; } =
    [
        ReplicaFaults.Kill, ReplicaFaults.KillTwo, ReplicaFaults.RollingRestart, ReplicaFaults.Hang,
        RedisFaults.Kill, RedisFaults.Hang, RedisFaults.Flush, RedisFaults.Latency, RedisFaults.Stall, RedisFaults.Resets,
        PostgresFaults.FastRestart, PostgresFaults.ImmediateRestart, PostgresFaults.Promotion,
        PostgresFaults.PromotionOfLaggard, PostgresFaults.BouncerRestart,
        PostgresFaults.Latency, PostgresFaults.Stall, PostgresFaults.Resets, PostgresFaults.OneCutOff, PostgresFaults.OneStalled,
        .. PacketFaults.IsAvailable ? [PacketFaults.FromPostgres, PacketFaults.AllFromPostgres, PacketFaults.FromRedis] : Array.Empty<Fault>(),
        .. FakeClock.IsAvailable ? [ClockFaults.Ahead, ClockFaults.Behind] : Array.Empty<Fault>(),
        KeyFaults.Rotation,
    ];

    /// <summary>Faults whose names contain one of the words; all without a word.</summary>
    public static IReadOnlyList<Fault> Of(IReadOnlyCollection<string> words) =>
        [.. All.Where(fault => words.Count == 0 || words.Any(word => fault.Name.Contains(word, StringComparison.OrdinalIgnoreCase)))];
}
