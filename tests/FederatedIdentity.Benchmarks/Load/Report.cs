using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>The two tables of a run, in Markdown, and its JSON, which the next run compares itself with.</summary>
internal sealed class Report(
    IReadOnlyList<Row> rows, IReadOnlyDictionary<Side, List<Turn>> turns, IReadOnlyList<Figure>? figures = null)
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    /// <summary>Sides of which a request failed. Their numbers, and this run, are worth nothing.</summary>
    public IReadOnlyList<string> Invalid { get; } = [.. turns.Where(side => side.Value.Any(turn => turn.Failed > 0)).Select(side => side.Key.Name)];

    public void Print(string file)
    {
        var before = File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file))?["rows"] : null;
        if (rows.Count > 0)
        {
            PrintRows(before);
            PrintCosts();
        }

        if (figures is not null)
        {
            Figure.Print(figures);
        }

        foreach (var side in Invalid)
        {
            Console.WriteLine($"INVALID: requests of '{side}' failed.");
        }
    }

    public void Save(string file, LoadOptions options)
    {
        var json = new JsonObject
        {
            ["rounds"] = options.Rounds,
            ["seconds"] = options.Seconds,
            ["connections"] = options.Connections,
            ["rows"] = new JsonObject(rows.Select(row => KeyValuePair.Create(row.Name, (JsonNode?)Of(row)))),
            ["figures"] = JsonSerializer.SerializeToNode(figures),
            ["sides"] = JsonSerializer.SerializeToNode(turns.ToDictionary(side => side.Key.Name, side => side.Value)),
        };
        File.WriteAllText(file, json.ToJsonString(_indented));
    }

    private void PrintRows(JsonNode? before)
    {
        Console.WriteLine();
        Console.WriteLine("| operation | beside | min / median / max | by CPU of all tiers | target | met | last run |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var row in rows)
        {
            var (values, goal) = (row.Of(turns), row.Measure);
            var median = Median(values);
            var isValid = !Invalid.Contains(row.Ours.Name) && !Invalid.Contains(row.Other.Name);
            var met = !isValid ? "INVALID" : row.IsMet(median) is { } isMet ? (isMet ? "yes" : "NO") : "";
            var last = (double?)before?[row.Name]?["median"];
            Console.WriteLine(
                $"| {row.Name} | {row.Other.Name} | {goal.Show(values[0])} / **{goal.Show(median)}** / {goal.Show(values[^1])} "
                + $"| {row.ByCpu(turns)?.ToString("0.00", CultureInfo.InvariantCulture)} | {row.Target} | {met} | {(last is { } was ? goal.Show(was) : "")} |");
        }
    }

    private void PrintCosts()
    {
        Console.WriteLine();
        Console.WriteLine("CPU is user and system time of a request in µs, min / median / max of the rounds; the rest are medians.");
        Console.WriteLine();
        Console.WriteLine("| side | requests/s | server CPU | PostgreSQL | Redis | load | bytes allocated | p50 µs | p99 µs |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var (side, all) in turns)
        {
            double[] cpu = [.. all.Select(turn => turn.Server).Order()];
            Console.WriteLine(FormattableString.Invariant(
                $"| {side.Name} | {Of(all, turn => turn.PerSecond):0} | {cpu[0]:0.0} / {Median(cpu):0.0} / {cpu[^1]:0.0} ")
                + $"| {Tier(all, turn => turn.Postgres)} | {Tier(all, turn => turn.Redis)} | {Tier(all, turn => turn.Client)} "
                + FormattableString.Invariant($"| {Of(all, turn => turn.Allocated):0} ")
                + FormattableString.Invariant($"| {Of(all, turn => turn.P50):0} | {Of(all, turn => turn.P99):0} |"));
        }
    }

    private JsonObject Of(Row row)
    {
        var values = row.Of(turns);
        return new JsonObject
        {
            ["beside"] = row.Other.Name,
            ["target"] = row.Target,
            ["min"] = values[0],
            ["median"] = Median(values),
            ["max"] = values[^1],
            ["byCpu"] = row.ByCpu(turns),
            ["met"] = row.IsMet(Median(values)),
        };
    }

    /// <summary>Nothing for a tier that is not used, or is shared.</summary>
    private static string Tier(List<Turn> all, Func<Turn, double> value) =>
        Of(all, value) is > 0 and var cpu ? cpu.ToString("0.0", CultureInfo.InvariantCulture) : "";

    private static double Of(List<Turn> all, Func<Turn, double> value) => Median([.. all.Select(value).Order()]);

    private static double Median(double[] ordered) => (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
}
