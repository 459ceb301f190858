using System.Diagnostics;
using FederatedIdentity.Tests.Shared;
using Npgsql;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>Runs the scripts of <c>deploy/backup</c> on a database as an operator would.</summary>
internal sealed class BackupScripts(string connectionString, string folder)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The file of a new backup. <paramref name="settings"/> are further variables of the script.</summary>
    public async Task<string> BackUpAsync(params (string Name, string Value)[] settings)
    {
        var (status, output, complaints) = await TryAsync("backup.sh", [], settings);
        Assert.True(status == 0, complaints);
        return output.Trim();
    }

    public async Task RestoreAsync(params string[] arguments)
    {
        var (status, _, complaints) = await TryAsync("restore.sh", arguments);
        Assert.True(status == 0, complaints);
    }

    /// <summary>Exit status, output and error output.</summary>
    public async Task<(int Status, string Output, string Complaints)> TryAsync(
        string script, string[] arguments, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Peer.RepositoryRoot, "deploy", "backup", script), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var database = new NpgsqlConnectionStringBuilder(connectionString);
        var (host, port) = database.Host!.Split(':') is [var name, var number] ? (name, number) : (database.Host!, $"{database.Port}");
        (string Name, string Value)[] all =
        [
            ("PGHOST", host), ("PGPORT", port), ("PGDATABASE", database.Database!), ("PGUSER", database.Username!),
            ("PGPASSWORD", database.Password!), ("PATH", $"{PostgresNode.Programs}:{Environment.GetEnvironmentVariable("PATH")}"),
            ("BACKUP_DIR", folder), ("MIGRATE_COMMAND", $"dotnet '{ServerProcess.Today}' migrate"),
            ("ConnectionStrings__Postgres", connectionString), .. settings,
        ];
        foreach (var (variable, value) in all)
        {
            start.Environment[variable] = value;
        }

        using var running = Process.Start(start) ?? throw new InvalidOperationException($"{script} did not start.");
        using var deadline = new CancellationTokenSource(Patience);
        var output = running.StandardOutput.ReadToEndAsync(deadline.Token);
        var complaints = running.StandardError.ReadToEndAsync(deadline.Token);
        await running.WaitForExitAsync(deadline.Token);
        return (running.ExitCode, await output, await complaints);
    }
}
