using System.Globalization;

namespace FederatedIdentity.Benchmarks;

/// <summary>
/// Compares the CPU time of candidates with that of the first one. They take turns within one process, forward and backward, so that
/// whatever else the machine does meets all of them alike.
/// </summary>
internal sealed class Contest(params (string Name, Action Run)[] candidates)
{
    private const int Rounds = 15;

    public void Run(int callsPerTurn)
    {
        // Two turns that count for nothing: they let the compiler see what is hot.
        _ = Round(callsPerTurn, backward: false);
        _ = Round(callsPerTurn, backward: true);
        var rounds = Enumerable.Range(0, Rounds).Select(round => Round(callsPerTurn, backward: round % 2 == 1)).ToList();
        for (var i = 0; i < candidates.Length; i++)
        {
            var ratios = rounds.Select(times => times[i] / times[0]).Order().ToList();
            var micros = rounds.Select(times => times[i] * 1e6 / callsPerTurn).Order().ElementAt(Rounds / 2);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{candidates[i].Name,-44} {micros,8:0.00} µs   "
                + $"ratio min {ratios[0]:0.00}  median {ratios[Rounds / 2]:0.00}  max {ratios[^1]:0.00}"));
        }
    }

    private double[] Round(int calls, bool backward)
    {
        var times = new double[candidates.Length];
        for (var turn = 0; turn < candidates.Length; turn++)
        {
            var index = backward ? candidates.Length - 1 - turn : turn;
            var before = Environment.CpuUsage.TotalTime;
            for (var call = 0; call < calls; call++)
            {
                candidates[index].Run();
            }

            times[index] = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        }

        return times;
    }
}
