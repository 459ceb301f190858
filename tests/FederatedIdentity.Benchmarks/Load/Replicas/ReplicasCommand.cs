using FederatedIdentity.Benchmarks.Load.Ceiling;

namespace FederatedIdentity.Benchmarks.Load.Replicas;

/// <summary>
/// <c>replicas</c>: one server that has one core to itself, beside two of one deployment that have one each. Load and database share the
/// same two cores, so that it is CPU time that counts: as long as a request costs no more, another core is worth a whole server. In a third
/// turn everything has to share one core, as everything shares two with two replicas, and there rates can be compared. The ceilings, which
/// share nothing and gather nothing, are put through the same: what they lose, the machine takes.
/// </summary>
internal static class ReplicasCommand
{
    private const string Results = ".local/bench/replicas.json";

    // Who writes waits for the disk, and with too few of them it is the disk that is measured: a server that has nothing to do meanwhile
    // wakes up more often for the same work.
    private const int Writers = 8;

    public static async Task<int> RunAsync(LoadOptions options)
    {
        await using var stage = await Stage.SetAsync();
        var (rsa, elliptic) = (stage.Rs512, stage.Es256);
        Call[] calls =
        [
            Ours(stage, rsa, "GetOpenIdToken RS512", server => rsa.People.GuestTokens(server)),
            Ours(stage, elliptic, "GetOpenIdToken ES256", server => elliptic.People.GuestTokens(server)),
            Ours(stage, rsa, "GetId known login", server => rsa.People.KnownLogins(server)),
            Ours(stage, rsa, "GetId new guest", server => [rsa.People.NewGuest(server)]) with { Clients = Writers },
            Ceiling(stage, elliptic, "ceiling sel-es256", server => elliptic.People.GuestTokens(server, CeilingCalls.SelectEs256)),
            Ceiling(stage, rsa, "ceiling verify-sel", server => rsa.People.KnownLogins(server, CeilingCalls.VerifySelect)),
            Ceiling(stage, rsa, "ceiling ins, a new guest", server => [rsa.People.NewGuest(server, CeilingCalls.Insert)]) with { Clients = Writers },
        ];
        var rows = new List<Row>();
        foreach (var call in calls.Where(call => call.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase)))
        {
            rows.AddRange(await RowsAsync(stage, call));
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

    private static Call Ours(Stage stage, Party party, string name, Func<Uri, IEnumerable<string>> requests) => new(
        name, requests, async core => PlaceOf((await stage.JoinOnCoreAsync(party, core)).Server), IsJudged: true);

    /// <summary>What becomes of a server that does nothing but the least says what the machine does to ours.</summary>
    private static Call Ceiling(Stage stage, Party party, string name, Func<Uri, IEnumerable<string>> requests) => new(
        name, requests, async core => PlaceOf(await stage.CeilingOnCoreAsync(party, core)), IsJudged: false);

    private static (Uri Url, int Process) PlaceOf(Replica server) => (server.Url, server.Id);

    private static (Uri Url, int Process) PlaceOf(CeilingProcess server) => (server.Url, server.Id);

    private static async Task<IEnumerable<Row>> RowsAsync(Stage stage, Call call)
    {
        var first = await call.StartAsync(0);
        var second = await call.StartAsync(1);
        var one = await SideAsync(stage, $"one replica, {call.Name}", call, [first]);
        var two = await SideAsync(stage, $"two replicas, {call.Name}", call, [first, second]);
        var alone = await SideAsync(stage, $"all on one core, {call.Name}", call, [first], core: 0);
        return
        [
            new($"{call.Name}: rate, of one replica, its load and PostgreSQL on one core", two, alone, Goal.ThroughputAtLeast(1.8), call.IsJudged),
            new($"{call.Name}: what two replicas serve per core time, of one", two, one, Goal.ScaleAtLeast(1.8), call.IsJudged),
            new($"{call.Name}: CPU of a request, server", two, one, Goal.CpuAtMost(1.05), call.IsJudged),
            new($"{call.Name}: CPU of a request, server and database", two, one, Goal.CpuWithDatabaseAtMost(1.05), call.IsJudged),
        ];
    }

    private static async Task<Side> SideAsync(Stage stage, string name, Call call, (Uri Url, int Process)[] servers, int? core = null)
    {
        var files = new List<(Uri Url, string File)>();
        foreach (var (url, _) in servers)
        {
            files.Add((url, await stage.FileAsync(call.Requests(url))));
        }

        var tiers = new Tiers { Servers = [.. servers.Select(server => server.Process)], Postgres = stage.Postgres.Program.Process.Id };
        return new Side(name, tiers, async (seconds, connections) =>
        {
            await using var confined = core is { } only ? await Confinement.ToAsync(only, stage.Postgres.Program.Process.Id) : null;
            var turns = await Task.WhenAll(files.Select(file => Wrk.RunAsync(file.Url, file.File, seconds, connections * call.Clients, core: core)));
            return new Turn(
                turns.Sum(turn => turn.Requests), turns.Sum(turn => turn.PerSecond), turns.Sum(turn => turn.Failed),
                turns.Max(turn => turn.P50), turns.Max(turn => turn.P99));
        });
    }

    /// <summary>What is asked, and of which program; <paramref name="StartAsync"/> starts one on a core.</summary>
    private sealed record Call(
        string Name, Func<Uri, IEnumerable<string>> Requests, Func<int, Task<(Uri Url, int Process)>> StartAsync, bool IsJudged)
    {
        /// <summary>Connections to a replica, for each one that was asked for.</summary>
        public int Clients { get; init; } = 1;
    }
}
