using System.Diagnostics;

namespace FederatedIdentity.Benchmarks.Fuzz;

/// <summary>What came of one target's inputs, counted by several threads at once.</summary>
internal sealed class FuzzTally(IFuzzTarget target)
{
    private long _inputs;
    private long _same;
    private long _accepted;
    private long _faults;
    private long _ticks;
    private long _slowest;

    public IFuzzTarget Target => target;

    public long Inputs => _inputs;

    public long Accepted => _accepted;

    public long Faults => _faults;

    public TimeSpan Slowest => Stopwatch.GetElapsedTime(0, _slowest);

    /// <summary>What judging one input took on average.</summary>
    public TimeSpan Mean => Stopwatch.GetElapsedTime(0, _ticks / Math.Max(1, _inputs));

    public long Refused => _inputs - _same - _accepted - _faults;

    public long Same => _same;

    public void Count(FuzzVerdict verdict, long ticks)
    {
        Interlocked.Increment(ref _inputs);
        Interlocked.Add(ref _ticks, ticks);
        for (var slowest = _slowest; ticks > slowest; slowest = _slowest)
        {
            Interlocked.CompareExchange(ref _slowest, ticks, slowest);
        }

        switch (verdict)
        {
            case FuzzVerdict.Same:
                Interlocked.Increment(ref _same);
                break;
            case FuzzVerdict.Accepted:
                Interlocked.Increment(ref _accepted);
                break;
            case FuzzVerdict.Fault:
                Interlocked.Increment(ref _faults);
                break;
        }
    }
}
