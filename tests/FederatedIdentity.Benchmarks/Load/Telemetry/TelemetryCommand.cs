namespace FederatedIdentity.Benchmarks.Load.Telemetry;

/// <summary>
/// <c>telemetry</c>: what each signal costs of a GetId of a known login, one of the cheapest calls there are, so that the share of
/// telemetry is as large as it gets. The servers are of one deployment and differ in nothing else, several of each kind; two kinds send
/// nothing, and what these two differ by is what is measured of nothing.
/// </summary>
internal static class TelemetryCommand
{
    private const string Results = ".local/bench/telemetry.json";
    private const int Processes = 3; // Of each kind, because no two are equally fast.
    private const string Lines = "Logging__LogLevel__Default";

    private static readonly (string Name, bool Sends, (string Name, string? Value)[] Settings)[] _observed =
    [
        ("nothing, once more", false, []),
        ("traces of 10 %", true, [("OTEL_METRICS_EXPORTER", "none"), ("OTEL_LOGS_EXPORTER", "none")]),
        ("traces of 10 %, metrics, logs", true, []),
        ("traces of all", true,
            [("OTEL_TRACES_SAMPLER", "always_on"), ("OTEL_METRICS_EXPORTER", "none"), ("OTEL_LOGS_EXPORTER", "none")]),
        ("a line for each call to the console", false, [(Lines, "Information")]),
        ("that, and traces of 10 %, metrics, logs", true, [(Lines, "Information")]),
    ];

    public static async Task<int> RunAsync(LoadOptions options)
    {
        await using var stage = await Stage.SetAsync();
        var collector = stage.Keep(await OtlpReceiver.StartAsync()).Urls.Single();
        var sides = new Sides(stage);
        var plain = await SideAsync("nothing", []);
        var rows = new List<Row>();
        foreach (var (name, sends, settings) in _observed)
        {
            var all = sends ? [("OTEL_EXPORTER_OTLP_ENDPOINT", collector), .. settings] : settings;
            rows.Add(new(name, await SideAsync(name, all), plain, sends && settings is not [(Lines, _)] ? Goal.CpuAtMost(1.05) : null));
        }

        var report = new Report(rows, await Rounds.RunAsync(rows, options));
        report.Print(Results);
        report.Save(Results, options);
        return report.Invalid.Count > 0 ? 1 : 0;

        async Task<Side> SideAsync(string name, (string Name, string? Value)[] settings)
        {
            return await sides.OfEachInTurnAsync(
                name, await stage.JoinAsync(Processes, stage.Es256, settings), party => party.People.KnownLogins(party.Server.Url));
        }
    }
}
