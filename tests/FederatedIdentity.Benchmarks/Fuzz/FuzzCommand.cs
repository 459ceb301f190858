using System.Diagnostics;
using System.Globalization;

namespace FederatedIdentity.Benchmarks.Fuzz;

/// <summary>
/// <c>./dev bench fuzz [count] [seed]</c>: prints what was tried and how fast; ends with status 1, and a file for each finding, if
/// anything was let in, went wrong or took too long.
/// </summary>
internal static class FuzzCommand
{
    private const long DefaultCount = 10_000_000;
    private const int DefaultSeed = 20_250_101;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly string Folder = Path.Combine(".local", "fuzz");

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (!TryRead(arguments, out var count, out var seed))
        {
            await Console.Error.WriteLineAsync("fuzz [count] [seed]");
            return 2;
        }

        Print($"{count:n0} inputs, seed {seed}");
        var run = new FuzzRun(await FuzzTargets.CreateAsync(), seed);
        var started = Stopwatch.GetTimestamp();
        using var watch = new Timer(_ => EndIfStuck(run), null, Patience, Patience);
        run.Run(count);
        return Report(run, Stopwatch.GetElapsedTime(started));
    }

    private static bool TryRead(string[] arguments, out long count, out int seed)
    {
        (count, seed) = (DefaultCount, DefaultSeed);
        return arguments.Length <= 2
            && (arguments.Length < 1 || long.TryParse(arguments[0], NumberStyles.None, CultureInfo.InvariantCulture, out count))
            && (arguments.Length < 2 || int.TryParse(arguments[1], NumberStyles.None, CultureInfo.InvariantCulture, out seed));
    }

    private static int Report(FuzzRun run, TimeSpan duration)
    {
        foreach (var tally in run.Tallies)
        {
            Print($"{tally.Target.Name}: {tally.Inputs:n0} inputs, {tally.Refused:n0} refused, {tally.Same:n0} harmless");
            Print($"  mean {tally.Mean.TotalMicroseconds:n1} µs, slowest {tally.Slowest.TotalMicroseconds:n0} µs");
        }

        foreach (var finding in run.Findings)
        {
            Print($"{finding.Target.Name}: {finding.Verdict}\n  {finding.Write(Folder)}");
        }

        var inputs = run.Tallies.Sum(tally => tally.Inputs);
        var (accepted, faults) = (run.Tallies.Sum(tally => tally.Accepted), run.Tallies.Sum(tally => tally.Faults));
        Print($"{inputs:n0} inputs in {duration.TotalSeconds:n0} s, {inputs / duration.TotalSeconds:n0} a second");
        Print($"{accepted} accepted, {faults} faults");
        return accepted + faults == 0 ? 0 : 1;
    }

    /// <summary>A thread that never comes back cannot be stopped from outside, so the process ends.</summary>
    private static void EndIfStuck(FuzzRun run)
    {
        foreach (var current in run.Current)
        {
            if (current is { } stuck && Stopwatch.GetElapsedTime(stuck.Since) > Patience)
            {
                var finding = new FuzzFinding(stuck.Target, stuck.Input, new FuzzVerdict.Fault("It never ends."));
                Print($"{stuck.Target.Name}: {finding.Verdict}\n  {finding.Write(Folder)}\n0 accepted, 1 faults");
                Environment.Exit(1);
            }
        }
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
