using FederatedIdentity.Domain;
using FederatedIdentity.Storage.Postgres.Chores;
using FederatedIdentity.Tests.Shared;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Storage;

public sealed class DeletedPoolsTests : IClassFixture<PostgresFixture>
{
    private readonly PostgresFixture _postgres;
    private readonly ManualClock _clock = new();
    private readonly DeletedPools _chore;

    public DeletedPoolsTests(PostgresFixture postgres)
    {
        _postgres = postgres;
        _chore = new DeletedPools(postgres.Db, _clock);
    }

    [Fact]
    public async Task Identities_go_at_once_and_the_pool_after_the_grace()
    {
        var (dead, live) = (await NewPoolAsync(2500), await NewPoolAsync(10));
        await _postgres.DeletePoolAsync(dead, _clock.GetUtcNow() - TimeSpan.FromDays(365)); // A wrong clock is no reason to hurry.

        var report = await ReapAsync();
        Assert.Equal((2500, true), (report.Removed, report.IsFinished));
        _clock.Advance(DeletedPools.Grace - TimeSpan.FromSeconds(1));
        await ReapAsync();
        Assert.Equal((1, 0, 0), await LeftAsync(dead));

        _clock.Advance(TimeSpan.FromSeconds(1));
        await ReapAsync();
        Assert.Equal((0, 0, 0), await LeftAsync(dead));
        Assert.Equal((1, 10, 10), await LeftAsync(live));
    }

    [Fact]
    public async Task Several_reapers_share_the_work()
    {
        var pool = await NewPoolAsync(5000);
        await _postgres.DeletePoolAsync(pool, _clock.GetUtcNow());

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ReapAsync(new DeletedPools(_postgres.Db, _clock))));

        Assert.Equal(0, (await LeftAsync(pool)).Identities);
        await ReapAsync();
        _clock.Advance(DeletedPools.Grace);
        await ReapAsync();
        Assert.Equal((0, 0, 0), await LeftAsync(pool));
    }

    [Fact]
    public async Task The_pool_waits_for_an_identity_that_somebody_holds()
    {
        var pool = await NewPoolAsync(3);
        await _postgres.DeletePoolAsync(pool, _clock.GetUtcNow());
        await using (var connection = await _postgres.Db.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var hold = new NpgsqlCommand(
                $"select from identity where pool_id = '{pool}' order by sequence limit 1 for update", connection);
            await hold.ExecuteNonQueryAsync();
            await ReapAsync();
            _clock.Advance(DeletedPools.Grace);
            await ReapAsync();
            Assert.Equal((1, 1, 1), await LeftAsync(pool));
        }

        await ReapAsync();
        Assert.Equal((0, 0, 0), await LeftAsync(pool));
    }

    [Fact]
    public async Task An_identity_whose_creation_began_before_the_deletion_is_reaped_too()
    {
        var pool = await NewPoolAsync(0);
        await using (var connection = await _postgres.Db.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var late = new NpgsqlCommand(IdentitiesSql(pool, 1), connection);
            await late.ExecuteNonQueryAsync();
            await _postgres.DeletePoolAsync(pool, _clock.GetUtcNow());
            await ReapAsync();
            await transaction.CommitAsync();
        }

        Assert.Equal((1, 1, 1), await LeftAsync(pool));
        _clock.Advance(DeletedPools.Grace);
        await ReapAsync();
        Assert.Equal((0, 0, 0), await LeftAsync(pool));
    }

    private static string IdentitiesSql(PoolId pool, int count) => $"""
        with born as (
            insert into identity (id, pool_id, state, version, created_at, modified_at)
            select 'local-1:' || gen_random_uuid(), p.id, 1, 1, now(), now()
            from identity_pool p cross join generate_series(1, {count}) where p.id = '{pool}' and p.deleted_at is null
            returning id, pool_id
        )
        insert into login (pool_id, kind, provider, subject, identity_id, created_at)
        select pool_id, 1, 'login.example', id, id, now() from born
        """;

    private Task<ChoreReport> ReapAsync(DeletedPools? chore = null) =>
        (chore ?? _chore).RunAsync(_postgres.OwnLease(), default);

    private async Task<PoolId> NewPoolAsync(int identities)
    {
        var pool = await _postgres.NewPoolAsync();
        await _postgres.Db.RunAsync(IdentitiesSql(pool, identities));
        return pool;
    }

    private async Task<(long Pools, long Identities, long Logins)> LeftAsync(PoolId pool) => (
        await _postgres.Db.ValueAsync<long>($"select count(*) from identity_pool where id = '{pool}'"),
        await _postgres.Db.ValueAsync<long>($"select count(*) from identity where pool_id = '{pool}'"),
        await _postgres.Db.ValueAsync<long>($"select count(*) from login where pool_id = '{pool}'"));
}
