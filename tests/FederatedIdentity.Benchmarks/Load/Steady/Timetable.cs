using System.Diagnostics;

namespace FederatedIdentity.Benchmarks.Load.Steady;

/// <summary>When each request of a constant rate is due, or at once as long as it lasts. Whoever is free takes the next one.</summary>
internal sealed class Timetable(double? rate, TimeSpan duration)
{
    private readonly long _start = Stopwatch.GetTimestamp() + Stopwatch.Frequency; // Time for the threads to get ready.
    private long _taken;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>The timestamp at which the request is due; null when there are no more.</summary>
    public long? Next()
    {
        var due = rate is { } paced
            ? _start + (long)(Interlocked.Increment(ref _taken) * Stopwatch.Frequency / paced)
            : Math.Max(_start, Stopwatch.GetTimestamp());
        return due <= _start + (long)(duration.TotalSeconds * Stopwatch.Frequency) ? due : null;
    }
}
