using System.Diagnostics;

namespace FederatedIdentity.Benchmarks.Load.Steady;

/// <summary>When each request of a constant rate is due. Whoever is free takes the next one.</summary>
internal sealed class Timetable(double rate, TimeSpan duration)
{
    private readonly long _start = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 5; // Time for the threads to get ready.
    private readonly long _all = (long)(rate * duration.TotalSeconds);
    private long _taken;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>The timestamp at which the request is due; null when there are no more.</summary>
    public long? Next() => Interlocked.Increment(ref _taken) is var number && number <= _all
        ? _start + (long)(number * Stopwatch.Frequency / rate)
        : null;
}
