namespace FederatedIdentity.Benchmarks.Load;

/// <summary>
/// The main bench: every hot operation of the published server beside its ceiling, in rounds that both take part in, on two cores that
/// the server, PostgreSQL and the load share. Fails when a request failed; a goal that is missed is shown, and fails nothing.
/// </summary>
internal static class LoadCommand
{
    private const string Results = ".local/bench/main.json";

    public static async Task<int> RunAsync(LoadOptions options)
    {
        await using var stage = await Stage.SetAsync();
        var rows = (await RowsAsync(stage)).Where(row => options.Wants(row.Name)).ToList();
        var withStart = options.Wants(StartUp.Name);
        if (rows.Count == 0 && !withStart)
        {
            Console.Error.WriteLine($"No row has '{options.Only}' in its name.");
            return 2;
        }

        var turns = await Rounds.RunAsync(rows, options);
        var report = new Report(rows, turns, withStart ? await StartUp.MeasureAsync(stage) : null);
        report.Print(Results);
        if (report.Invalid.Count > 0)
        {
            return 1;
        }

        if (options.Only.Length == 0)
        {
            report.Save(Results, options);
        }

        return 0;
    }

    private static async Task<List<Row>> RowsAsync(Stage stage)
    {
        var sides = new Sides(stage);
        return
        [
            .. await TokenRows.OfAsync(stage, sides),
            .. await IdentityRows.OfAsync(stage, sides),
            .. await CredentialRows.OfAsync(stage, sides),
            .. await SignedRows.OfAsync(stage, sides),
            .. await ExtraRows.OfAsync(stage, sides),
            .. await DocumentRows.OfAsync(stage, sides),
            .. await PeerRows.OfAsync(stage, sides),
        ];
    }
}
