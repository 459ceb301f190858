using System.Collections.Concurrent;
using System.Diagnostics;

namespace FederatedIdentity.Benchmarks.Fuzz;

/// <summary>
/// Feeds a number of inputs to targets. The seed decides which alterations are made, however many threads make them; keys, and so the
/// genuine inputs, are new in every run, so whatever is found is kept with all that is needed to see it again.
/// </summary>
internal sealed class FuzzRun(IReadOnlyList<IFuzzTarget> targets, int seed, int threads = 2)
{
    private const int BlockSize = 1000;
    private const int MostFindings = 100;

    /// <summary>No input of a few kilobytes may cost more, on a machine that does much else besides.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(20);

    private readonly FuzzTally[] _tallies = [.. targets.Select(target => new FuzzTally(target))];
    private readonly ConcurrentQueue<FuzzFinding> _findings = new();
    private long _found;

    public IReadOnlyList<FuzzTally> Tallies => _tallies;

    /// <summary>The first findings; the tallies count all of them.</summary>
    public IReadOnlyCollection<FuzzFinding> Findings => _findings;

    /// <summary>What each thread is judging at the moment, for one who suspects that it will never end.</summary>
    public (IFuzzTarget Target, string Input, long Since)?[] Current { get; } = new (IFuzzTarget, string, long)?[threads];

    public void Run(long inputs)
    {
        var blocks = new ConcurrentQueue<(FuzzTally Tally, int Number, int Size)>(Blocks(inputs));
        var workers = Enumerable.Range(0, threads).Select(worker => new Thread(() =>
        {
            while (blocks.TryDequeue(out var block))
            {
                // Mixed so that neighbouring blocks do not begin alike.
                RunBlock(worker, block.Tally, block.Size, new Random(HashOf(seed, block.Tally.Target.Name, block.Number)));
            }

            Current[worker] = null;
        })).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
    }

    private IEnumerable<(FuzzTally Tally, int Number, int Size)> Blocks(long inputs)
    {
        var (weight, weights, given) = (0L, targets.Sum(target => target.Weight), 0L);
        foreach (var tally in _tallies)
        {
            weight += tally.Target.Weight;
            var number = 0;
            for (var share = inputs * weight / weights; given < share; given += BlockSize)
            {
                yield return (tally, number++, (int)Math.Min(share - given, BlockSize));
            }

            given = inputs * weight / weights;
        }
    }

    private static int HashOf(int seed, string name, int number) => name.Aggregate(
        unchecked((seed * 397) ^ (number * 7919)), (hash, character) => unchecked((hash * 31) + character));

    private void RunBlock(int worker, FuzzTally tally, int size, Random random)
    {
        var target = tally.Target;
        for (; size > 0; size--)
        {
            var input = target.Next(random);
            Current[worker] = (target, input, Stopwatch.GetTimestamp());
            var (verdict, ticks) = Judge(target, input);
            tally.Count(verdict, ticks);
            if (verdict is FuzzVerdict.Accepted or FuzzVerdict.Fault && Interlocked.Increment(ref _found) <= MostFindings)
            {
                _findings.Enqueue(new FuzzFinding(target, input, verdict));
            }
        }
    }

    /// <summary>The time is the best of several when the first was long: other work on the machine is not the input's fault.</summary>
    private static (FuzzVerdict Verdict, long Ticks) Judge(IFuzzTarget target, string input)
    {
        var (verdict, ticks) = JudgeOnce(target, input);
        for (var again = 0; again < 5 && Stopwatch.GetElapsedTime(0, ticks) > Bound / 10; again++)
        {
            ticks = Math.Min(ticks, JudgeOnce(target, input).Ticks);
        }

        return Stopwatch.GetElapsedTime(0, ticks) > Bound
            ? (new FuzzVerdict.Fault($"It takes {Stopwatch.GetElapsedTime(0, ticks).TotalMilliseconds:0} ms."), ticks)
            : (verdict, ticks);
    }

    private static (FuzzVerdict Verdict, long Ticks) JudgeOnce(IFuzzTarget target, string input)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            return (target.Judge(input), Stopwatch.GetTimestamp() - started);
        }
        catch (Exception thrown)
        {
            return (new FuzzVerdict.Fault(thrown.ToString()), Stopwatch.GetTimestamp() - started);
        }
    }
}
