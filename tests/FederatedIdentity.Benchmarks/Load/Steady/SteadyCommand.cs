using System.Globalization;
using System.Text.Json;

namespace FederatedIdentity.Benchmarks.Load.Steady;

/// <summary>
/// <c>steady</c>: finds the rate at which the server is saturated with a mix of calls, and then sends 70 % of it for minutes: what users
/// wait, how long the garbage collector stops the server, and whether its memory stays what it was. One sender for both, because what it
/// takes of the machine is part of the rate.
/// </summary>
internal static class SteadyCommand
{
    private const string Results = ".local/bench/steady.json";
    private const int Connections = 64;
    private const int WarmTurns = 2;
    private const int Turns = 5;
    private const int SecondsOfTurn = 6;
    private const double Share = 0.7;

    public static async Task<int> RunAsync(int minutes)
    {
        await using var stage = await Stage.SetAsync();
        await CredentialRows.GiveRoleAsync(stage.Rs512);
        var file = await stage.FileAsync(Mix(stage.Rs512.People, stage.Rs512.Server.Url));
        var saturation = await SaturationAsync(stage.Rs512.Server, file);
        Console.WriteLine(FormattableString.Invariant($"Saturated at {saturation:0} requests a second; {Share:0%} of that for {minutes} minutes."));
        var watch = new MemoryWatch(stage.Rs512.Server);
        var load = PaceAsync(stage.Rs512.Server, file, Share * saturation, minutes * 60);
        await watch.UntilAsync(load);
        var turn = await load;
        List<Figure> figures =
        [
            new("requests a second", turn.PerSecond, null),
            new("p50, µs", turn.P50, null),
            new("p99, µs", turn.P99, null),
            new("p99 to p50", turn.P99 / turn.P50, 10),
            .. watch.Figures(),
            new("failed requests", turn.Failed, 0),
        ];
        Figure.Print(figures);
        await File.WriteAllTextAsync(Results, JsonSerializer.Serialize(figures));
        return turn.Failed == 0 ? 0 : 1;
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

    private static async Task<double> SaturationAsync(Replica server, string file)
    {
        var rates = new List<double>();
        for (var turn = -WarmTurns; turn < Turns; turn++)
        {
            var measured = await PaceAsync(server, file, rate: null, SecondsOfTurn);
            if (turn >= 0)
            {
                rates.Add(measured.PerSecond);
            }
        }

        return rates.Order().ElementAt(Turns / 2);
    }

    private static async Task<Turn> PaceAsync(Replica server, string file, double? rate, int seconds) => Wrk.Parse(await Tool.RunAsync(
        "dotnet", typeof(SteadyCommand).Assembly.Location, "pace", $"{server.Url.Port}", file,
        rate?.ToString(CultureInfo.InvariantCulture) ?? PaceCommand.AsFastAsAnswered, $"{seconds}", $"{Connections}"));
}
