using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// Brings a database to the schema this binary needs, each migration in its own transaction. Any number may run at once: they take
/// turns. Needs the right to create tables in the schema, not a superuser.
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

    // No pool: closing a connection ends its transaction and with it the lock, whatever happened.
    private readonly string _connectionString =
        new NpgsqlConnectionStringBuilder(postgres.WithoutTimeouts) { Pooling = false, MaxAutoPrepare = 0 }.ConnectionString;

    /// <summary>Applies what is pending and returns how many migrations that was.</summary>
    public async Task<int> MigrateAsync(CancellationToken ct)
    {
        await using var turn = new NpgsqlConnection(_connectionString);
        await turn.OpenAsync(ct);
        await using var held = await turn.BeginTransactionAsync(ct);
        await TakeTurnAsync(turn, ct);

        await using var db = new ControlPlaneDb(new DbContextOptionsBuilder<ControlPlaneDb>()
            .UseNpgsql(_connectionString)
            .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning))
            .Options);
        var migrator = db.GetService<IMigrator>();
        var applied = 0;
        foreach (var migration in await db.Database.GetPendingMigrationsAsync(ct))
        {
            Log.Applying(logger, migration);
            await migrator.MigrateAsync(migration, ct);
            applied++;
        }

        Log.Done(logger, applied);
        return applied;
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

        [LoggerMessage(Level = LogLevel.Information, Message = "The schema is current; {Count} migrations applied")]
        public static partial void Done(ILogger logger, int count);
    }
}
