using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Postgres.Chores;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Storage;

/// <summary>When a poll may be taken for all that happened, and when the replica has to start over.</summary>
public sealed class PoolChangePollTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task The_first_poll_is_not_complete_and_the_next_one_is()
    {
        var first = await ReadAsync(null);
        Assert.False(first.IsComplete);

        Assert.True((await ReadAsync(first.Seen)).IsComplete);
    }

    [Fact]
    public async Task A_database_that_was_set_back_is_noticed()
    {
        var seen = (await ReadAsync(null)).Seen;

        Assert.False((await ReadAsync(seen with { Snapshot = "9000000000:9000000000:" })).IsComplete);
        Assert.False((await ReadAsync(seen with { Database = "another" })).IsComplete);
        Assert.False((await ReadAsync(seen with { At = seen.At + TimeSpan.FromHours(1) })).IsComplete);
    }

    [Fact]
    public async Task Whoever_slept_starts_over()
    {
        var seen = (await ReadAsync(null)).Seen;

        Assert.False((await ReadAsync(seen with { At = seen.At - PoolChangePoll.LongestGap - TimeSpan.FromSeconds(1) })).IsComplete);
    }

    [Fact]
    public async Task A_table_that_was_made_again_is_noticed()
    {
        var seen = (await ReadAsync(null)).Seen;
        await postgres.Db.RunAsync("alter table pool_change rename to old; create table pool_change (like old including all)");
        Assert.False((await ReadAsync(seen)).IsComplete);
        await postgres.Db.RunAsync("drop table pool_change; alter table old rename to pool_change");
        Assert.True((await ReadAsync(seen)).IsComplete);
    }

    [Fact]
    public async Task Too_many_changes_to_tell_are_not_told()
    {
        var seen = (await ReadAsync(null)).Seen;
        await NoteAsync(PoolChangePoll.MostChanges);
        var few = await ReadAsync(seen);
        Assert.Equal((true, PoolChangePoll.MostChanges), (few.IsComplete, few.Changes.Count));

        await NoteAsync(PoolChangePoll.MostChanges + 1);

        Assert.False((await ReadAsync(few.Seen)).IsComplete);
    }

    [Fact]
    public async Task Changes_from_another_clusters_future_are_ignored_and_removed()
    {
        var seen = (await ReadAsync(null)).Seen;
        await postgres.Db.RunAsync("insert into pool_change (transaction_id, pool_id) values ('9000000000', 'future')");

        var poll = await ReadAsync(seen);
        Assert.DoesNotContain(poll.Changes, change => change.PoolId == "future");
        await new OldPoolChanges(postgres.Db, _clock).RunAsync(postgres.OwnLease(), default);

        Assert.Equal(0, await postgres.Db.ValueAsync<long>("select count(*) from pool_change where pool_id = 'future'"));
    }

    [Fact]
    public async Task Old_changes_are_removed_and_young_ones_stay()
    {
        var chore = new OldPoolChanges(postgres.Db, _clock);
        await postgres.Db.RunAsync("truncate pool_change");
        await NoteAsync(2500);
        // A transaction of any other test on this server would keep them as young as itself.
        await postgres.Db.WaitForAsync("pg_snapshot_xmin(pg_current_snapshot()) > (select max(transaction_id) from pool_change)");
        await chore.RunAsync(postgres.OwnLease(), default);
        await postgres.Db.RunAsync("insert into pool_change (pool_id) values ('younger')");

        _clock.Advance(OldPoolChanges.Retention - TimeSpan.FromSeconds(1));
        await chore.RunAsync(postgres.OwnLease(), default);
        Assert.Equal(2501, await postgres.Db.ValueAsync<long>("select count(*) from pool_change"));

        _clock.Advance(TimeSpan.FromSeconds(1));
        var report = await chore.RunAsync(postgres.OwnLease(), default);
        Assert.Equal((2500, true), (report.Removed, report.IsFinished));
        Assert.Equal("younger", await postgres.Db.ValueAsync<string>("select string_agg(pool_id, ',') from pool_change"));
    }

    [Fact]
    public async Task A_change_whose_transaction_is_still_open_is_not_old()
    {
        var chore = new OldPoolChanges(postgres.Db, _clock);
        var seen = (await ReadAsync(null)).Seen;
        await using var connection = await postgres.Db.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new Npgsql.NpgsqlCommand("insert into pool_change (pool_id) values ('open')", connection);
        await command.ExecuteNonQueryAsync();
        await chore.RunAsync(postgres.OwnLease(), default);
        _clock.Advance(OldPoolChanges.Retention);
        await transaction.CommitAsync();

        await chore.RunAsync(postgres.OwnLease(), default);

        Assert.Contains((await ReadAsync(seen)).Changes, change => change.PoolId == "open");
    }

    private Task NoteAsync(int count) =>
        postgres.Db.RunAsync($"insert into pool_change (pool_id) select 'pool-' || n from generate_series(1, {count}) n");

    private async Task<PoolChangePoll> ReadAsync(PoolChangePoll.Mark? last) =>
        (await PoolChangePoll.ReadAsync(postgres.Db, last, default))!;
}
