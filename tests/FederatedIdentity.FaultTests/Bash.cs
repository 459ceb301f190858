using System.Diagnostics;
using FederatedIdentity.Tests.Shared;
using Npgsql;

namespace FederatedIdentity.FaultTests;

/// <summary>Runs bash as an operator would who has the programs of PostgreSQL and the variables that name a database to them.</summary>
internal static class Bash
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    /// <summary>Exit status, output and error output. <paramref name="settings"/> are further variables, or others.</summary>
    public static async Task<(int Status, string Output, string Complaints)> RunAsync(
        IEnumerable<string> arguments, string connectionString, string? folder = null, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("bash", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.WorkingDirectory = folder ?? "";
        var database = new NpgsqlConnectionStringBuilder(connectionString);
        var (host, port) = database.Host!.Split(':') is [var name, var number] ? (name, number) : (database.Host!, $"{database.Port}");
        (string Name, string? Value)[] all =
        [
            ("PGHOST", host), ("PGPORT", port), ("PGDATABASE", database.Database), ("PGUSER", database.Username),
            ("PGPASSWORD", database.Password), ("PATH", $"{PostgresNode.Programs}:{Environment.GetEnvironmentVariable("PATH")}"), .. settings,
        ];
        foreach (var (variable, value) in all)
        {
            start.Environment[variable] = value;
        }

        using var running = Process.Start(start) ?? throw new InvalidOperationException("bash did not start.");
        using var deadline = new CancellationTokenSource(_patience);
        var output = running.StandardOutput.ReadToEndAsync(deadline.Token);
        var complaints = running.StandardError.ReadToEndAsync(deadline.Token);
        await running.WaitForExitAsync(deadline.Token);
        return (running.ExitCode, await output, await complaints);
    }
}
