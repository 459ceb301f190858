namespace FederatedIdentity.Benchmarks.Load;

/// <summary>Gives every side its turn, forward and backward, so that whatever else the machine does meets all of them alike.</summary>
internal static class Rounds
{
    // Until the compiler has seen what is hot, however slow the machine is today.
    private const int WarmRequests = 12_000;
    private const int MostWarmRounds = 6;
    private const int WarmSeconds = 2;

    public static async Task<Dictionary<Side, List<Turn>>> RunAsync(IReadOnlyList<Row> rows, LoadOptions options)
    {
        var turns = rows.SelectMany(row => new[] { row.Ours, row.Other }).Distinct().ToDictionary(side => side, _ => new List<Turn>());
        for (var round = 0; round < MostWarmRounds && turns.Values.Any(warm => warm.Sum(turn => turn.Requests) < WarmRequests); round++)
        {
            await GoRoundAsync(turns, round, options with { Seconds = Math.Min(WarmSeconds, options.Seconds) });
        }

        foreach (var warm in turns.Values)
        {
            warm.Clear();
        }

        for (var round = 0; round < options.Rounds; round++)
        {
            Console.Error.WriteLine($"Round {round + 1} of {options.Rounds}");
            await GoRoundAsync(turns, round, options);
        }

        return turns;
    }

    private static async Task GoRoundAsync(Dictionary<Side, List<Turn>> turns, int round, LoadOptions options)
    {
        foreach (var side in round % 2 == 0 ? turns.Keys : turns.Keys.Reverse())
        {
            var turn = await side.RunAsync(options.Seconds, options.Connections);
            turns[side].Add(turn);
            Console.Error.WriteLine(FormattableString.Invariant(
                $"  {side.Name,-44} {turn.PerSecond,8:0}/s  server {turn.Server,6:0.0} µs  PostgreSQL {turn.Postgres,6:0.0} µs")
                + (turn.Failed > 0 ? $"  {turn.Failed} FAILED" : ""));
        }
    }
}
