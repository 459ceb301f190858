using System.Diagnostics;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>
/// <c>./dev bench backup</c>: backs a deployment up while users work, destroys its database, restores it while the replicas go on running,
/// and finds everything that was acknowledged before the backup.
/// </summary>
internal sealed class BackupRehearsal : IAsyncDisposable
{
    private const int FewestLogins = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Rehearsal _rehearsal;
    private readonly Crossing _crossing;
    private readonly string _archive;
    private readonly DirectoryInfo _backups = Directory.CreateTempSubdirectory("federated-identity-backups-");

    private BackupRehearsal(Rehearsal rehearsal, Crossing crossing, string archive) =>
        (_rehearsal, _crossing, _archive) = (rehearsal, crossing, archive);

    public static async Task<BackupRehearsal> StartAsync()
    {
        var archive = await Unprivileged.FolderAsync("federated-identity-wal");
        var rehearsal = await Rehearsal.StartAsync(archive: archive);
        return new BackupRehearsal(rehearsal, await Crossing.PrepareAsync(rehearsal.Deployment), archive);
    }

    public static async Task<int> RunAsync(CancellationToken ct)
    {
        var pace = TimeSpan.FromSeconds(20);
        await using var rehearsal = await StartAsync();
        Console.WriteLine(Recovered.Header);
        var all = new List<string>();
        foreach (var step in (Func<TimeSpan, CancellationToken, Task<Recovered>>[])[rehearsal.DumpAsync, rehearsal.PointInTimeAsync])
        {
            var recovered = await step(pace, ct);
            Console.WriteLine(recovered.Row);
            all.AddRange(recovered.Violations.Select(violation => $"{recovered.What}: {violation}"));
        }

        all.ForEach(Console.Error.WriteLine);
        return all.Count == 0 ? 0 : 1;
    }

    /// <summary>A dump under load, a table dropped by mistake, and a restore in its place.</summary>
    public async Task<Recovered> DumpAsync(TimeSpan pace, CancellationToken ct)
    {
        var scripts = new BackupScripts(Postgres.Primary.ConnectionString, _backups.FullName);
        var witnesses = await Witnesses.PrepareAsync(Deployment, _crossing);
        Journal kept;
        string file;
        var (began, taken) = (0L, TimeSpan.Zero);
        await using (_rehearsal.StartLoad())
        {
            await UsedAsync(pace, ct);
            kept = _rehearsal.Journal.Fork();
            began = Stopwatch.GetTimestamp();
            file = await scripts.BackUpAsync();
            taken = Stopwatch.GetElapsedTime(began);
            _rehearsal.Journal.Part();
            await Task.Delay(pace, ct);
        }

        await witnesses.ChangeAsync();
        var destroyed = Stopwatch.GetTimestamp();
        await Postgres.Primary.ExecuteAsync("drop table login cascade; truncate identity, signing_key");
        began = Stopwatch.GetTimestamp();
        await scripts.RestoreAsync("--replace", file);
        return await FinishAsync("dump", kept, witnesses, taken, Stopwatch.GetElapsedTime(began), destroyed, ct);
    }

    /// <summary>A base backup and the write-ahead log, a machine lost with all its disks, and a recovery to a moment before.</summary>
    public async Task<Recovered> PointInTimeAsync(TimeSpan pace, CancellationToken ct)
    {
        var witnesses = await Witnesses.PrepareAsync(Deployment, _crossing);
        Journal kept;
        string moment;
        PostgresNode recovered;
        var (began, taken) = (0L, TimeSpan.Zero);
        await using (_rehearsal.StartLoad())
        {
            began = Stopwatch.GetTimestamp();
            recovered = await Postgres.Primary.BackUpAsync();
            taken = Stopwatch.GetElapsedTime(began);
            await UsedAsync(pace, ct);
            kept = _rehearsal.Journal.Fork();
            moment = $"{await Postgres.Primary.ScalarAsync("select clock_timestamp()::text")}";
            _rehearsal.Journal.Part();
            await Task.Delay(pace, ct);
        }

        await witnesses.ChangeAsync();
        await Postgres.Primary.ExecuteAsync("drop table login cascade");
        await ArchivedAsync();
        var destroyed = Stopwatch.GetTimestamp();
        await Postgres.LosePrimaryAsync();
        began = Stopwatch.GetTimestamp();
        await recovered.RecoverAsync(_archive, moment);
        var restored = Stopwatch.GetElapsedTime(began);
        await Postgres.ReplaceAsync(recovered);
        return await FinishAsync("point in time", kept, witnesses, taken, restored, destroyed, ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _rehearsal.DisposeAsync();
        _backups.Delete(recursive: true);
        Directory.Delete(_archive, recursive: true);
    }

    private Deployment Deployment => _rehearsal.Deployment;

    private PostgresCluster Postgres => Deployment.Postgres;

    /// <summary>Users work for a while, and on a busy machine until something has come of it.</summary>
    private async Task UsedAsync(TimeSpan pace, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        await Task.Delay(pace, ct);
        while (_rehearsal.Journal.Owners.Count < FewestLogins)
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < Patience, "Hardly anybody came.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
        }
    }

    /// <summary>What was written until now is in the archive: what is not is lost with the machine.</summary>
    private async Task ArchivedAsync()
    {
        var segment = await Postgres.Primary.ScalarAsync("select pg_walfile_name(pg_current_wal_lsn())");
        await Postgres.Primary.ExecuteAsync("select pg_switch_wal()");
        await Postgres.Primary.EventuallyAsync($"select coalesce(last_archived_wal >= '{segment}', false) from pg_stat_archiver");
    }

    private async Task<Recovered> FinishAsync(
        string what, Journal kept, Witnesses witnesses, TimeSpan taken, TimeSpan restored, long destroyed, CancellationToken ct)
    {
        await ServedAsync(kept, destroyed, ct);
        var outage = Stopwatch.GetElapsedTime(destroyed);
        _rehearsal.Journal = kept;
        await Deployment.Balancer.ServesWithAsync(Deployment.Size);
        await witnesses.CheckAsync();
        await Postgres.MakeWholeAsync();
        var violations = await _rehearsal.CheckAsync();
        var identities = (long)(await Postgres.Primary.ScalarAsync("select count(*) from identity"))!;
        return new Recovered(what, identities, taken, restored, outage, violations);
    }

    /// <summary>Somebody whom the backup knows is answered.</summary>
    private async Task ServedAsync(Journal kept, long since, CancellationToken ct)
    {
        var user = kept.Known(new Random(0)) ?? throw new InvalidOperationException("Nobody came before the backup.");
        using var client = new WireClient(Deployment.Address, TestServer.AccessKeyId, TestServer.SecretAccessKey);
        while (true)
        {
            try
            {
                if ((await client.CallAsync("GetId", new { Deployment.Stage.IdentityPoolId, Logins = user.Proof() })).Ok)
                {
                    return;
                }
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException or System.Text.Json.JsonException)
            {
                // The balancer has nobody to ask, or says so in its own words.
            }

            Assert.True(Stopwatch.GetElapsedTime(since) < Patience, "Nobody is served after the restore.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
        }
    }
}
