namespace FederatedIdentity.Benchmarks.Load;

/// <summary>Gives every side its turn, forward and backward, so that whatever else the machine does meets all of them alike.</summary>
internal static class Rounds
{
    // A new server compiles what is hot for about ten seconds of load (`./dev bench warm`), and costs a multiple at their beginning.
    private const int FewestWarmTurns = 5;
    private const int MostWarmTurns = 10;
    private const int WarmSeconds = 2;
    private const int TurnsAtOnce = 2; // A round: what is told apart there is some percent, and the turns of a minute differ by as much.
    private const double Falling = 0.95; // Of what the turn before had cost.

    public static async Task<Dictionary<Side, List<Turn>>> RunAsync(IReadOnlyList<Row> rows, LoadOptions options)
    {
        List<Side[]> order = [.. rows.SelectMany(row => row.AtOnce ? new Side[][] { [row.Ours, row.Other] } : [[row.Ours], [row.Other]])
            .DistinctBy(sides => sides[0])];
        var turns = order.SelectMany(sides => sides).ToDictionary(side => side, _ => new List<Turn>());
        foreach (var side in turns.Keys)
        {
            await WarmAsync(seconds => GoAsync(side, options with { Seconds = seconds }), side.TakesTurns);
        }

        for (var round = 0; round < options.Rounds; round++)
        {
            Console.Error.WriteLine($"Round {round + 1} of {options.Rounds}");
            foreach (var sides in round % 2 == 0 ? order : order.AsEnumerable().Reverse())
            {
                if (sides is [var alone])
                {
                    turns[alone].Add(await GoAsync(alone, options));
                    continue;
                }

                for (var turn = 0; turn < TurnsAtOnce; turn++)
                {
                    foreach (var (side, ended) in sides.Zip(await Task.WhenAll(sides.Select(side => GoAsync(side, options)))))
                    {
                        turns[side].Add(ended.WithoutShared());
                    }
                }
            }
        }

        return turns;
    }

    /// <summary>Turns of so many seconds, until a request costs no less than in the turn before, of each of so many servers.</summary>
    public static async Task WarmAsync(Func<int, Task<Turn>> turn, int servers = 1)
    {
        var costs = new List<double>();
        while (costs.Count < FewestWarmTurns || (costs.Count < MostWarmTurns && costs[^1] < Falling * costs[^2]))
        {
            var cost = 0.0;
            for (var server = 0; server < servers; server++)
            {
                cost += (await turn(WarmSeconds)).Server;
            }

            costs.Add(cost);
        }
    }

    private static async Task<Turn> GoAsync(Side side, LoadOptions options)
    {
        var turn = await side.RunAsync(options.Seconds, options.Connections);
        Console.Error.WriteLine(FormattableString.Invariant(
            $"  {side.Name,-44} {turn.PerSecond,8:0}/s  server {turn.Server,6:0.0} µs  PostgreSQL {turn.Postgres,6:0.0} µs")
            + (turn.Failed > 0 ? $"  {turn.Failed} FAILED" : ""));
        return turn;
    }
}
