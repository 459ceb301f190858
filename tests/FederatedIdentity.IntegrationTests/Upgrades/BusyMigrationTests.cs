using System.Diagnostics;
using FederatedIdentity.IntegrationTests.Storage;
using FederatedIdentity.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Upgrades;

/// <summary>A migration that does not get its locks holds nobody up for long, and comes to its end when it gets them.</summary>
public sealed class BusyMigrationTests : IAsyncLifetime
{
    private const string UseSql = "update identity set version = version where state = 0";

    private OldDatabase _old = null!;

    public async Task InitializeAsync() => _old = await OldDatabase.CreateAsync(schema: 4);

    public async Task DisposeAsync() => await _old.DisposeAsync();

    [Fact]
    public async Task Users_get_through_while_a_migration_waits_for_a_transaction_that_does_not_end()
    {
        await using var dump = await _old.Db.OpenConnectionAsync();
        await using var held = await dump.BeginTransactionAsync();
        await ReadAsync(dump);

        var migrating = Migrator().MigrateAsync(default);
        await _old.Db.WaitForBlockedAsync(1); // Whoever comes now has to wait behind it.
        await UseAsync();
        await _old.Db.WaitForBlockedAsync(1); // It tries again.
        await UseAsync();
        await held.RollbackAsync();

        Assert.Equal(2, await migrating); // 0005, which had to wait, and 0006.
        Assert.Equal(1, await _old.Db.ValueAsync<long>("select count(*) from pg_class where relname = 'housekeeping'"));
    }

    [Fact]
    public async Task A_migration_that_gives_up_says_who_is_in_the_way_and_leaves_nothing_behind()
    {
        await using var dump = new NpgsqlConnection($"{_old.ConnectionString};Application Name=nightly dump;Pooling=false");
        await dump.OpenAsync();
        await using var held = await dump.BeginTransactionAsync();
        await ReadAsync(dump);
        await _old.Db.WaitForAsync(
            "exists (select from pg_stat_activity where application_name = 'nightly dump' and xact_start < now() - interval '1 s')");

        var fault = await Assert.ThrowsAsync<TimeoutException>(() => Migrator(TimeSpan.Zero).MigrateAsync(default));

        Assert.Contains("00000000000005_pool_changes", fault.Message, StringComparison.Ordinal);
        Assert.Contains("(nightly dump)", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, await _old.Db.ValueAsync<long>("select count(*) from pg_class where relname in ('pool_change', 'housekeeping')"));
    }

    /// <summary>What holds a lock on the table until the transaction ends, and stops no user.</summary>
    private static async Task ReadAsync(NpgsqlConnection connection)
    {
        await using var read = new NpgsqlCommand("select * from identity", connection);
        await read.ExecuteNonQueryAsync();
    }

    private async Task UseAsync()
    {
        var began = Stopwatch.GetTimestamp();
        await using var connection = await _old.Db.OpenConnectionAsync();
        await using var use = new NpgsqlCommand($"set lock_timeout = {SessionTimeouts.Lock.TotalMilliseconds}; {UseSql}", connection);
        Assert.True(await use.ExecuteNonQueryAsync() > 0);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, SessionTimeouts.Deadline);
    }

    private SchemaMigrator Migrator(TimeSpan? patience = null) =>
        new(PostgresConnection.Of(_old.ConnectionString), NullLogger<SchemaMigrator>.Instance)
        {
            Patience = patience ?? TimeSpan.FromMinutes(1),
        };
}
