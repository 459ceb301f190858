using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>Runs the scripts of <c>deploy/backup</c> on a database as an operator would.</summary>
internal sealed class BackupScripts(string connectionString, string folder)
{
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
    public Task<(int Status, string Output, string Complaints)> TryAsync(
        string script, string[] arguments, params (string Name, string Value)[] settings) =>
        Bash.RunAsync(
            [Path.Combine(Peer.RepositoryRoot, "deploy", "backup", script), .. arguments],
            connectionString,
            folder: null,
            [
                ("BACKUP_DIR", folder), ("MIGRATE_COMMAND", $"dotnet '{ServerProcess.Today}' migrate"),
                ("ConnectionStrings__Postgres", connectionString), .. settings,
            ]);
}
