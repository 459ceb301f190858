namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// The one time of all replicas. It runs on evenly from where it was set, whatever happens to the clock of the machine, and is set to
/// PostgreSQL's when the two have come apart: a replica whose clock is wrong would refuse valid logins and issue tokens that nobody
/// takes.
/// </summary>
internal sealed class SharedClock(TimeProvider machine) : TimeProvider
{
    /// <summary>Nothing we say about time is finer than a second, and no verifier is stricter.</summary>
    private static readonly TimeSpan _tolerance = TimeSpan.FromSeconds(1);

    private long _machineAhead;

    private volatile Anchor _anchor = new(machine.GetUtcNow(), machine.GetTimestamp());

    /// <summary>By how much the clock of this machine was ahead of PostgreSQL's when they were last compared.</summary>
    public TimeSpan MachineAhead => new(Volatile.Read(ref _machineAhead));

    public override long TimestampFrequency => machine.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _anchor.Now(machine);

    public override long GetTimestamp() => machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        machine.CreateTimer(callback, state, dueTime, period);

    /// <summary>
    /// PostgreSQL said what time it was, at some moment after it was asked at <paramref name="asked"/> and before now. Returns by how
    /// much this clock was wrong, when it was set; otherwise null.
    /// </summary>
    public TimeSpan? Compare(DateTimeOffset theirs, long asked)
    {
        var uncertainty = machine.GetElapsedTime(asked) / 2;
        Volatile.Write(ref _machineAhead, (machine.GetUtcNow() - uncertainty - theirs).Ticks);
        var ours = GetUtcNow() - uncertainty;
        var wrong = ours - theirs;
        if (wrong.Duration() <= _tolerance + uncertainty)
        {
            return null;
        }

        _anchor = new(theirs + uncertainty, machine.GetTimestamp());
        return wrong;
    }

    private sealed record Anchor(DateTimeOffset At, long Timestamp)
    {
        public DateTimeOffset Now(TimeProvider machine) => At + machine.GetElapsedTime(Timestamp);
    }
}
