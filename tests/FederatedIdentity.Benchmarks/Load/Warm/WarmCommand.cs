using System.Globalization;

namespace FederatedIdentity.Benchmarks.Load.Warm;

/// <summary>
/// <c>warm</c>: what a request costs of a server that has just been started, second by second under as much load as it takes, until it
/// costs what it will: the runtime compiles what is hot meanwhile. On every core, and on one that is all that it knows.
/// </summary>
internal static class WarmCommand
{
    private const int Turns = 30;
    private const int LastTurns = 5;
    private const int Steady = 3; // Seconds in a row, because any one may be somebody else's.
    private const double Near = 1.25; // These machines do not tell less.

    private static readonly int[] _shown = [1, 2, 3, 5, 10, 20, 30];

    public static async Task<int> RunAsync(LoadOptions options)
    {
        await using var stage = await Stage.SetAsync();
        var party = stage.Es256;
        (string Name, Func<Uri, IEnumerable<string>> Requests)[] calls =
        [
            ("GetOpenIdToken ES256", server => party.People.GuestTokens(server)),
            ("GetId known login", server => party.People.KnownLogins(server)),
            ("GetId new guest", server => [party.People.NewGuest(server)]),
        ];
        var (lines, failed) = (new List<string>(), 0);
        foreach (var (name, requests) in calls.Where(call => options.Wants(call.Name)))
        {
            foreach (var core in new int?[] { null, 0 })
            {
                var turns = await FromStartAsync(stage, party, core, requests, options.Connections);
                failed += turns.Sum(turn => turn.Failed);
                lines.Add(Line(core is null ? $"{name}, every core" : $"{name}, one core", turns));
            }
        }

        Console.WriteLine("Server's CPU of a request in µs, in the second of load after the start:\n");
        Console.WriteLine($"| call | {string.Join(" | ", _shown)} | seconds until near the last {LastTurns} | failed |");
        Console.WriteLine($"|---|{string.Concat(_shown.Select(_ => "---|"))}---|---|");
        lines.ForEach(Console.WriteLine);
        return failed == 0 ? 0 : 1;
    }

    private static async Task<List<Turn>> FromStartAsync(
        Stage stage, Party party, int? core, Func<Uri, IEnumerable<string>> requests, int connections)
    {
        await using var server = await stage.StartAsync(party, core);
        var file = await stage.FileAsync(requests(server.Url));
        var side = Sides.Of("", server.Url, new Tiers { Servers = [server.Id] }, file);
        var turns = new List<Turn>();
        while (turns.Count < Turns)
        {
            turns.Add(await side.RunAsync(seconds: 1, connections));
        }

        return turns;
    }

    private static string Line(string name, List<Turn> turns)
    {
        var warm = turns.TakeLast(LastTurns).Select(turn => turn.Server).Order().ElementAt(LastTurns / 2);
        var until = Enumerable.Range(0, Turns + 1).First(second => turns.Skip(second).Take(Steady).All(turn => turn.Server <= Near * warm));
        var shown = _shown.Select(second => turns[second - 1].Server.ToString("0", CultureInfo.InvariantCulture));
        return $"| {name} | {string.Join(" | ", shown)} | {until} | {turns.Sum(turn => turn.Failed)} |";
    }
}
