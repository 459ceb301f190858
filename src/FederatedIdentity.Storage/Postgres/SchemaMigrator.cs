using System.Diagnostics;
using System.Globalization;
using FederatedIdentity.Storage.Postgres.Migrations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// Brings a database to the schema this binary needs, each migration in its own transaction, while users go on. Any number may run at
/// once: they take turns. Needs the right to create tables in the schema, not a superuser.
/// </summary>
/// <remarks>
/// The lock belongs to a transaction that does nothing else, not to a session, so that it holds behind a pooler in transaction mode too.
/// </remarks>
public sealed partial class SchemaMigrator(PostgresConnection postgres, ILogger<SchemaMigrator> logger)
{
    // "FedIdSch" in ASCII; one number for all releases, or two of them would not exclude each other.
    internal const long LockKey = 0x4665_6449_6453_6368;

    // Whatever the role or the database has as its own timeouts: another's index may take hours.
    private const string PatienceSql =
        "set local statement_timeout = 0; set local lock_timeout = 0; set local idle_in_transaction_session_timeout = 0";

    // Who holds a lock that long is found here; a transaction that has only just begun is not to blame.
    private const string OldestSql = """
        select format('process %s (%s) has been in a transaction for %s s', pid, coalesce(nullif(application_name, ''), 'no name'),
            extract(epoch from clock_timestamp() - xact_start)::integer)
        from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and xact_start < clock_timestamp() - interval '1 s'
        order by xact_start limit 1
        """;

    // No pool: closing a connection ends its transaction and with it the lock, whatever happened.
    private readonly string _connectionString =
        new NpgsqlConnectionStringBuilder(postgres.WithoutTimeouts) { Pooling = false, MaxAutoPrepare = 0 }.ConnectionString;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3); // Those who waited behind us have to get through.
    private static readonly BriefLocks _briefLocks = new();

    /// <summary>For so long a migration tries to get its locks; a dump of the database may hold one of them.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// In how many partitions an empty database shall keep identities, 0 of plain tables; null: as it is, and plain when it is new.
    /// </summary>
    public int? Partitions { get; init; }

    /// <summary>
    /// Applies what is pending and returns how many migrations that was. Throws a <see cref="TimeoutException"/> that says who is in the
    /// way when a lock cannot be had; what was applied before stays, and another run goes on from there. Throws an
    /// <see cref="InvalidOperationException"/>, and changes nothing, when <see cref="Partitions"/> is not what there is.
    /// </summary>
    public async Task<int> MigrateAsync(CancellationToken ct)
    {
        await using var turn = new NpgsqlConnection(_connectionString);
        await turn.OpenAsync(ct);
        await using var held = await turn.BeginTransactionAsync(ct);
        await TakeTurnAsync(turn, ct);

        await using var db = Tables();
        var pending = (await db.Database.GetPendingMigrationsAsync(ct)).ToArray();
        var partitions = await DecideLayoutAsync(isChosen: !pending.Contains(IdentityLayout.Migration), ct);
        foreach (var migration in pending)
        {
            Log.Applying(logger, migration);
            await ApplyAsync(migration, partitions, turn, ct);
        }

        Log.Done(logger, pending.Length);
        return pending.Length;
    }

    /// <summary>Not on the connection that holds the turn: its transaction would keep a lock on what it reads, in the way of migrations.</summary>
    private async Task<int> DecideLayoutAsync(bool isChosen, CancellationToken ct)
    {
        await using var look = new NpgsqlConnection(_connectionString);
        await look.OpenAsync(ct);
        return await IdentityLayout.DecideAsync(look, Partitions, isChosen, ct);
    }

    private async Task ApplyAsync(string migration, int partitions, NpgsqlConnection turn, CancellationToken ct)
    {
        for (var began = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                await using var db = Tables();
                if (partitions > 0 && MigrationScript.ReadPartitioned(migration) is { } script)
                {
                    await RunAsync(db, migration, script, partitions, ct);
                }
                else
                {
                    await db.GetService<IMigrator>().MigrateAsync(migration, ct);
                }

                return;
            }
            catch (Exception locked) when (IsLocked(locked))
            {
                var holder = await HolderAsync(turn, ct);
                if (Stopwatch.GetElapsedTime(began) >= Patience)
                {
                    throw new TimeoutException(
                        $"Migration {migration} was not applied: for {Patience} it did not get a lock. {holder} Nothing of it is left behind.",
                        locked);
                }

                Log.Locked(logger, migration, holder);
            }

            await Task.Delay(Pause, ct);
        }
    }

    /// <summary>As EF does it with a file of its own: all in one transaction, with the line in the history.</summary>
    private static async Task RunAsync(ControlPlaneDb db, string migration, string script, int partitions, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var applied = db.GetService<IHistoryRepository>().GetInsertScript(new HistoryRow(migration, ProductInfo.GetVersion()));
        var number = partitions.ToString(CultureInfo.InvariantCulture);
        foreach (var text in new[] { $"set local federated_identity.partitions = {number}", script, applied })
        {
            await using var command = new NpgsqlCommand(text, (NpgsqlConnection)db.Database.GetDbConnection());
            await command.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
    }

    private static bool IsLocked(Exception failure) => failure switch
    {
        PostgresException said => said.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected,
        { InnerException: { } inner } => IsLocked(inner), // As EF wraps it.
        _ => false,
    };

    private ControlPlaneDb Tables() => new(new DbContextOptionsBuilder<ControlPlaneDb>()
        .UseNpgsql(_connectionString)
        .AddInterceptors(_briefLocks)
        .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning))
        .Options);

    /// <summary>A sentence about who is likely to hold the lock, as far as this role may know.</summary>
    private static async Task<string> HolderAsync(NpgsqlConnection turn, CancellationToken ct)
    {
        await using var look = new NpgsqlBatch(turn) { BatchCommands = { new("select pg_stat_clear_snapshot() is null"), new(OldestSql) } };
        await using var reader = await look.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        return await reader.ReadAsync(ct) && !reader.IsDBNull(0)
            ? $"The oldest: {reader.GetString(0)}."
            : "Nobody was in a transaction for long.";
    }

    private async Task TakeTurnAsync(NpgsqlConnection turn, CancellationToken ct)
    {
        await using var patience = new NpgsqlCommand(PatienceSql, turn);
        await patience.ExecuteNonQueryAsync(ct);
        await using var attempt = new NpgsqlCommand("select pg_try_advisory_xact_lock($1)", turn)
        {
            Parameters = { new() { Value = LockKey } },
        };
        if (await attempt.ExecuteScalarAsync(ct) is true)
        {
            return;
        }

        Log.Waiting(logger);
        await using var wait = new NpgsqlCommand("select pg_advisory_xact_lock($1)", turn) { Parameters = { new() { Value = LockKey } } };
        await wait.ExecuteNonQueryAsync(ct);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Another process is migrating this database; waiting for it to finish")]
        public static partial void Waiting(ILogger logger);

        [LoggerMessage(Level = LogLevel.Information, Message = "Applying migration {Migration}")]
        public static partial void Applying(ILogger logger, string migration);

        [LoggerMessage(Level = LogLevel.Warning,
            Message = "Migration {Migration} does not get a lock, steps back to let users through, and tries again. {Holder}")]
        public static partial void Locked(ILogger logger, string migration, string holder);

        [LoggerMessage(Level = LogLevel.Information, Message = "The schema is current; {Count} migrations applied")]
        public static partial void Done(ILogger logger, int count);
    }
}
