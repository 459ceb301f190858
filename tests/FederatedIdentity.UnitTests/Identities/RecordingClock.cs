using System.Collections.Concurrent;

namespace FederatedIdentity.UnitTests.Identities;

/// <summary>A clock that stands still and whose timers fire at once; it remembers how long they were meant to take.</summary>
internal sealed class RecordingClock : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 11, 1, 8, 0, 0, TimeSpan.Zero);

    public ConcurrentQueue<TimeSpan> Delays { get; } = [];

    public override DateTimeOffset GetUtcNow() => Start;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Delays.Enqueue(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
