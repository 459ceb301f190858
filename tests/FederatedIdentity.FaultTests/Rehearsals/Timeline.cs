using System.Collections.Concurrent;
using System.Diagnostics;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>When each call began and ended and what it came to, seen from outside; and what that says about a stretch of time.</summary>
internal sealed class Timeline
{
    private readonly ConcurrentQueue<Finished> _calls = [];

    public static long Now => Stopwatch.GetTimestamp();

    public void Add(string operation, long began, SdkAnswer answer, bool settled) =>
        _calls.Enqueue(new Finished(operation, began, Now, answer.Attempts, answer.Ok || settled, answer.Error));

    /// <summary>Of the calls that ended between two moments.</summary>
    public Stretch Between(long from, long to)
    {
        var calls = _calls.Where(call => call.Ended >= from && call.Ended < to).ToArray();
        var successes = calls.Where(call => call.Ok).Select(call => call.Ended).Order().ToArray();
        var durations = calls.Select(call => Stopwatch.GetElapsedTime(call.Began, call.Ended)).Order().ToArray();
        long[] moments = [from, .. successes, to];
        return new Stretch(
            Stopwatch.GetElapsedTime(from, to),
            calls.Length,
            calls.Count(call => !call.Ok),
            calls.Count(call => call.Attempts > 1),
            moments.Zip(moments.Skip(1), Stopwatch.GetElapsedTime).Max(),
            successes.Length == 0 ? null : Stopwatch.GetElapsedTime(from, successes[0]),
            durations.Length == 0 ? TimeSpan.Zero : durations[durations.Length * 99 / 100],
            calls.Where(call => !call.Ok).CountBy(call => $"{call.Operation} {call.Error}").ToDictionary());
    }

    /// <summary>Forgets what ended before a moment: a long rehearsal has millions of calls.</summary>
    public void Forget(long before)
    {
        while (_calls.TryPeek(out var call) && call.Ended < before)
        {
            _calls.TryDequeue(out _);
        }
    }

    private readonly record struct Finished(string Operation, long Began, long Ended, int Attempts, bool Ok, string Error);
}
