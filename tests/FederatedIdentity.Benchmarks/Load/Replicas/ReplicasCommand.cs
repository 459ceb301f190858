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
        List<Row> rows =
        [
            .. await RowsAsync(stage, stage.Rs512, "GetOpenIdToken RS512", (people, server) => people.GuestTokens(server)),
            .. await RowsAsync(stage, stage.Es256, "GetOpenIdToken ES256", (people, server) => people.GuestTokens(server)),
            .. await RowsAsync(stage, stage.Rs512, "GetId known login", (people, server) => people.KnownLogins(server)),
            .. await RowsAsync(stage, stage.Rs512, "GetId new guest", (people, server) => [people.NewGuest(server)]),
        ];
        rows.RemoveAll(row => !row.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase));
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
