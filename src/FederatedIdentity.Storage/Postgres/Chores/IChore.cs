namespace FederatedIdentity.Storage.Postgres.Chores;

/// <summary>
/// One thing that has to be removed now and then. It works in small transactions that wait for nobody's lock, breathes between them
/// (<see cref="HousekeepingLease.BreatheAsync"/>), and may be stopped, or run twice at once, anywhere.
/// </summary>
internal interface IChore
{
    /// <summary>In metrics and logs.</summary>
    string Name { get; }

    /// <summary>How long after a run that finished the next one begins.</summary>
    TimeSpan Interval { get; }

    Task<ChoreReport> RunAsync(HousekeepingLease lease, CancellationToken ct);
}

/// <summary>
/// What a run did: rows removed, how much it knows of that waits (in whatever the chore counts), and whether it stopped before the end,
/// so as not to keep other chores waiting.
/// </summary>
internal readonly record struct ChoreReport(long Removed, long Waiting, bool IsFinished);
