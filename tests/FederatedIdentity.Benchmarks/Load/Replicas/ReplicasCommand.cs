namespace FederatedIdentity.Benchmarks.Load.Replicas;

/// <summary>
/// <c>replicas</c>: one server that has one core to itself, beside two of one deployment that have one each. Load and database share the
/// same two cores, so that it is CPU time that counts: as long as a request costs no more, another core is worth a whole server.
/// </summary>
internal static class ReplicasCommand
{
    private const string Results = ".local/bench/replicas.json";

    public static async Task<int> RunAsync(LoadOptions options)
    {
        await using var stage = await Stage.SetAsync();
        (string Name, Party Party, Func<Population, Uri, IEnumerable<string>> Requests)[] calls =
        [
            ("GetOpenIdToken RS512", stage.Rs512, (people, server) => people.GuestTokens(server)),
            ("GetOpenIdToken ES256", stage.Es256, (people, server) => people.GuestTokens(server)),
            ("GetId known login", stage.Rs512, (people, server) => people.KnownLogins(server)),
            ("GetId new guest", stage.Rs512, (people, server) => [people.NewGuest(server)]),
        ];
        var rows = new List<Row>();
        foreach (var (name, party, requests) in calls.Where(call => call.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase)))
        {
            rows.AddRange(await RowsAsync(stage, party, name, requests));
        }

        if (rows.Count == 0)
        {
            Console.Error.WriteLine($"No row has '{options.Only}' in its name.");
            return 2;
        }

        var report = new Report(rows, await Rounds.RunAsync(rows, options));
        report.Print(Results);
        if (report.Invalid.Count > 0)
        {
            return 1;
        }

        report.Save(Results, options);
        return 0;
    }

    private static async Task<IEnumerable<Row>> RowsAsync(Stage stage, Party party, string name, Func<Population, Uri, IEnumerable<string>> requests)
    {
        var first = await stage.JoinOnCoreAsync(party, 0);
        var second = await stage.JoinOnCoreAsync(party, 1);
        var one = await SideAsync(stage, $"one replica, {name}", [first], requests);
        var two = await SideAsync(stage, $"two replicas, {name}", [first, second], requests);
        return
        [
            new($"{name}: what two replicas serve per core time, of one", two, one, Goal.ScaleAtLeast(1.8)),
            new($"{name}: CPU of a request, server", two, one, Goal.CpuAtMost(1.05)),
            new($"{name}: CPU of a request, server and database", two, one, Goal.CpuWithDatabaseAtMost(1.05)),
        ];
    }

    private static async Task<Side> SideAsync(
        Stage stage, string name, Party[] parties, Func<Population, Uri, IEnumerable<string>> requests)
    {
        var files = new List<(Uri Url, string File)>();
        foreach (var party in parties)
        {
            files.Add((party.Server.Url, await stage.FileAsync(requests(party.People, party.Server.Url))));
        }

        var tiers = new Tiers { Servers = [.. parties.Select(party => party.Server.Id)], Postgres = stage.Postgres.Program.Process.Id };
        return new Side(name, tiers, async (seconds, connections) =>
        {
            var turns = await Task.WhenAll(files.Select(file => Wrk.RunAsync(file.Url, file.File, seconds, connections)));
            return new Turn(
                turns.Sum(turn => turn.Requests), turns.Sum(turn => turn.PerSecond), turns.Sum(turn => turn.Failed),
                turns.Max(turn => turn.P50), turns.Max(turn => turn.P99));
        });
    }
}
