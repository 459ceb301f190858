using FederatedIdentity.Tests.Shared;
using Npgsql;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>What the scripts of <c>deploy/backup</c> refuse, and that they never leave less than there was.</summary>
[Collection(nameof(Faults))]
public sealed class BackupScriptTests : IAsyncLifetime
{
    private const int Failed = 1;
    private const int Misused = 2;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("federated-identity-backups-");
    private TestDatabase _database = null!;
    private BackupScripts _scripts = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _scripts = new BackupScripts(_database.ConnectionString, _folder.FullName);
        await TestServer.MigrateAsync(TestServer.Settings(_database, ServerProcess.FreePort(), "http://127.0.0.1:8080"));
        await _database.ScalarAsync("insert into account (id, created_at) values ('000000000001', now())");
    }

    public async Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_restore_replaces_all_or_nothing_and_only_when_told()
    {
        var file = await _scripts.BackUpAsync();
        await _database.ScalarAsync("create table of_a_newer_release (id int)");
        await _database.ScalarAsync("delete from account");

        var refused = await _scripts.TryAsync("restore.sh", [file]);
        Assert.Equal(Misused, refused.Status);
        Assert.Contains("lose them with --replace", refused.Complaints, StringComparison.Ordinal);

        var damaged = await DamagedAsync(file);
        Assert.Equal(Misused, (await _scripts.TryAsync("restore.sh", ["--replace", damaged])).Status); // No checksum.
        Assert.Equal(Failed, (await _scripts.TryAsync("restore.sh", ["--replace", "--unverified", damaged])).Status);
        File.Copy($"{file}.sha256", $"{damaged}.sha256");
        Assert.Contains(
            "its checksum is another", (await _scripts.TryAsync("restore.sh", ["--replace", damaged])).Complaints, StringComparison.Ordinal);
        Assert.Equal(1, await _database.CountAsync("pg_class where relname = 'of_a_newer_release'"));

        await _scripts.RestoreAsync("--replace", file);
        Assert.Equal(1, await _database.CountAsync("account where id = '000000000001'"));
        Assert.Equal(0, await _database.CountAsync("pg_class where relname = 'of_a_newer_release'"));
        Assert.Equal(10, await _database.CountAsync("pg_trigger where tgname like 'note_%'"));
    }

    [Fact]
    public async Task Old_backups_go_only_when_there_is_a_new_one_and_no_secret_is_shown()
    {
        var taken = await _scripts.BackUpAsync();
        var old = Path.Combine(_folder.FullName, "federated-identity-20260101T000000Z.dump");
        File.Move(taken, old);
        File.Move($"{taken}.sha256", $"{old}.sha256");
        File.SetLastWriteTimeUtc(old, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-15));

        var failed = await _scripts.TryAsync("backup.sh", [], ("PGDATABASE", "postgres"));
        Assert.Equal(Failed, failed.Status);
        Assert.Contains("this is not the server's database", failed.Complaints, StringComparison.Ordinal);
        Assert.Equal([old, $"{old}.sha256"], Directory.GetFiles(_folder.FullName).Order(StringComparer.Ordinal));

        var uploaded = Path.Combine(_folder.FullName, "uploaded");
        var (status, output, complaints) = await _scripts.TryAsync(
            "backup.sh", [], ("DATABASE_URI_FILE", await UriFileAsync()), ("PGHOST", "wrong"), ("PGPASSWORD", "wrong"),
            ("BACKUP_UPLOAD_COMMAND", $"cp \"$BACKUP_FILE\" {uploaded}"));
        Assert.True(status == 0, complaints);
        Assert.False(File.Exists(old) || File.Exists($"{old}.sha256"));
        Assert.Equal(await File.ReadAllBytesAsync(output.Trim()), await File.ReadAllBytesAsync(uploaded));
        var password = new NpgsqlConnectionStringBuilder(_database.ConnectionString).Password!;
        Assert.DoesNotContain(password, output + complaints, StringComparison.Ordinal);

        var unsent = await _scripts.TryAsync("backup.sh", [], ("BACKUP_NAME", "again"), ("BACKUP_UPLOAD_COMMAND", "exit 3"));
        Assert.Equal(Failed, unsent.Status);
        Assert.Equal(Misused, (await _scripts.TryAsync("backup.sh", [], ("RETENTION_DAYS", "all"))).Status);
        Assert.Equal(Misused, (await _scripts.TryAsync("backup.sh", [], ("BACKUP_DIR", ""))).Status);
    }

    /// <summary>Its list of contents can be read, one of its tables cannot.</summary>
    private async Task<string> DamagedAsync(string file)
    {
        var bytes = await File.ReadAllBytesAsync(file);
        var damaged = Path.Combine(_folder.FullName, "damaged.dump");
        await File.WriteAllBytesAsync(damaged, bytes[..^12]);
        return damaged;
    }

    private async Task<string> UriFileAsync()
    {
        var to = new NpgsqlConnectionStringBuilder(_database.ConnectionString);
        var file = Path.Combine(_folder.FullName, "uri");
        var password = string.Concat(to.Password!.Select(character => $"%{(int)character:X2}"));
        await File.WriteAllTextAsync(file, $"postgresql://{to.Username}:{password}@{to.Host}:{to.Port}/{to.Database}?sslmode=disable\n");
        return file;
    }
}
