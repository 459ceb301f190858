using System.Globalization;
using System.Text.Json;

namespace FederatedIdentity.Benchmarks.Load.Steady;

/// <summary>
/// <c>steady</c>: a mix of calls for minutes. Each minute finds the rate at which the server is saturated, and then sends 70 % of it: what
/// users wait, how long the garbage collector stops the server, and whether its memory stays what it was. One sender for both, because
/// what it takes of the machine is part of the rate; each minute anew, because others take of the machine as well.
/// </summary>
internal static class SteadyCommand
{
    private const string Results = ".local/bench/steady.json";
    private const int Connections = 64;
    private const int WarmTurns = 4;
    private const int SecondsOfTurn = 6;
    private const int SecondsOfMinute = 60;
    private const double Share = 0.7;

    public static async Task<int> RunAsync(int minutes)
    {
        await using var stage = await Stage.SetAsync();
        await CredentialRows.GiveRoleAsync(stage.Rs512);
        var server = stage.Rs512.Server;
        var file = await stage.FileAsync(Mix(stage.Rs512.People, server.Url));
        for (var turn = 0; turn < WarmTurns; turn++)
        {
            await PaceAsync(server, file, rate: null, SecondsOfTurn);
        }

        var watch = new MemoryWatch(server);
        var load = PaceAsync(server, file, minutes);
        await watch.UntilAsync(load);
        var turns = await load;
        List<Figure> figures =
        [
            new("requests a second, paced", Median(turns, turn => turn.PerSecond), null),
            new("p50, µs", Median(turns, turn => turn.P50), null),
            new("p99, µs", Median(turns, turn => turn.P99), null),
            new("p99 to p50, of the median minute", Median(turns, turn => turn.P99 / turn.P50), 10),
            new("p99 to p50, of the worst minute", turns.Max(turn => turn.P99 / turn.P50), null),
            .. watch.Figures(),
            new("failed requests", turns.Sum(turn => turn.Failed), 0),
        ];
        Figure.Print(figures);
        await File.WriteAllTextAsync(Results, JsonSerializer.Serialize(figures));
        return turns.Sum(turn => turn.Failed) == 0 ? 0 : 1;
    }

    /// <summary>Of ten calls, four are tokens with a login, three are a known login's id, two are credentials and one is a new guest.</summary>
    private static IEnumerable<string> Mix(Population people, Uri server)
    {
        var (tokens, ids, credentials) = (people.LoginTokens(server).ToList(), people.KnownLogins(server).ToList(), people.GuestCredentials(server).ToList());
        var guest = people.NewGuest(server);
        for (var number = 0; number + 4 < tokens.Count; number += 4)
        {
            foreach (var call in new[] { 0, 1, 2, 3 })
            {
                yield return tokens[number + call];
                yield return call < 3 ? ids[number + call] : guest;
                if (call < 2)
                {
                    yield return credentials[number + call];
                }
            }
        }
    }

    private static async Task<List<Turn>> PaceAsync(Replica server, string file, int minutes)
    {
        var turns = new List<Turn>();
        while (turns.Count < minutes)
        {
            var saturation = await PaceAsync(server, file, rate: null, SecondsOfTurn);
            var paced = await PaceAsync(server, file, Share * saturation.PerSecond, SecondsOfMinute - SecondsOfTurn);
            turns.Add(paced with { Failed = paced.Failed + saturation.Failed });
            Console.WriteLine(FormattableString.Invariant(
                $"Saturated at {saturation.PerSecond:0} a second; at {paced.PerSecond:0} p50 {paced.P50:0} µs, p99 {paced.P99:0} µs"));
        }

        return turns;
    }

    private static async Task<Turn> PaceAsync(Replica server, string file, double? rate, int seconds)
    {
        var output = await Tool.RunAsync(
            "dotnet", typeof(SteadyCommand).Assembly.Location, "pace", $"{server.Url.Port}", file,
            rate?.ToString(CultureInfo.InvariantCulture) ?? PaceCommand.AsFastAsAnswered, $"{seconds}", $"{Connections}");
        foreach (var line in output.Split('\n').Where(line => line.StartsWith(PaceCommand.FailureLine, StringComparison.Ordinal)))
        {
            Console.WriteLine(line);
        }

        return Wrk.Parse(output);
    }

    private static double Median(List<Turn> turns, Func<Turn, double> value) => turns.Select(value).Order().ElementAt(turns.Count / 2);
}
