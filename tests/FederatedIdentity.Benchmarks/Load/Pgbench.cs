using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>PostgreSQL's own load generator on a database, with a statement that it prepares.</summary>
/// <param name="connectionString">Of the database.</param>
/// <param name="tiers">What is measured.</param>
/// <param name="variables">In the form <c>name=value</c>; a statement has them as <c>:name</c>.</param>
internal sealed partial class Pgbench(string connectionString, Tiers tiers, params string[] variables)
{
    private const int Milliseconds = 1000; // The average; it tells no percentiles.

    private readonly NpgsqlConnectionStringBuilder _to = new(connectionString);

    public async Task<Side> SideAsync(string name, Stage stage, string sql)
    {
        var script = await stage.TextAsync(sql);
        return new Side(name, tiers, (seconds, connections) => RunAsync(script, seconds, connections));
    }

    private async Task<Turn> RunAsync(string script, int seconds, int connections)
    {
        var host = _to.Host!.Split(':'); // Npgsql takes the port with it.
        var start = new ProcessStartInfo("pgbench",
        [
            "-n", "-M", "prepared", "-c", $"{connections}", "-j", "1", "-T", $"{seconds}", "-f", script,
            .. variables.SelectMany(variable => new[] { "-D", variable }), "-h", host[0], "-p", host[1], "-U", _to.Username!, _to.Database!,
        ]);
        start.Environment["PGPASSWORD"] = _to.Password;
        var output = await Tool.RunAsync(start);
        return Number(Processed().Match(output)) is var requests and > 0
            ? new((int)requests, Number(PerSecond().Match(output)), (int)Number(Failed().Match(output)), Milliseconds * Number(Latency().Match(output)), 0)
            : new(0, 0, 0, 0, 0); // It tells nothing more when all it had time for was to connect.
    }

    private static double Number(Match match) => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"actually processed: (\d+)")]
    private static partial Regex Processed();

    [GeneratedRegex(@"failed transactions: (\d+)")]
    private static partial Regex Failed();

    [GeneratedRegex(@"latency average = ([\d.]+) ms")]
    private static partial Regex Latency();

    [GeneratedRegex(@"tps = ([\d.]+)")]
    private static partial Regex PerSecond();
}
