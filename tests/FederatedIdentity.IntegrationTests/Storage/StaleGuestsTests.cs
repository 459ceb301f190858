using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Storage.Postgres.Chores;
using FederatedIdentity.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Storage;

/// <summary>Pools that keep guests for 30 days, which with the grace is 31.</summary>
public sealed class StaleGuestsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Old = "now() - interval '32 days'";

    private readonly ManualClock _clock = new();

    private IIdentityStore Store => postgres.Services.GetRequiredService<IIdentityStore>();

    [Fact]
    public async Task Guests_that_stayed_away_go_and_nobody_else()
    {
        var (pool, keeps) = (await PoolAsync(), await postgres.NewPoolAsync());
        await AddAsync(pool, "gone", Old);
        await AddAsync(pool, "gone-never-noted", "null");
        await AddAsync(pool, "grace", "now() - interval '30 days 23 hours'");
        await AddAsync(pool, "young", "now()");
        await AddAsync(pool, "authenticated", Old, state: 1);
        await AddAsync(pool, "disabled", Old, state: 2);
        await AddAsync(pool, "linked", Old);
        await AddAsync(keeps, "kept", Old);
        await postgres.Db.RunAsync($"insert into login values ('{pool}', 1, 'd', 'u', null, '{pool} linked', now())");

        var report = await RunAsync();

        Assert.Equal((2, true), (report.Removed, report.IsFinished));
        Assert.Equal(["authenticated", "disabled", "grace", "linked", "young"], await LeftAsync(pool));
        Assert.Equal(["kept"], await LeftAsync(keeps));
    }

    [Theory]
    [InlineData("update identity_pool_tag set since = now() - interval '30 days' where pool_id = '{0}'", "the setting is too young")]
    [InlineData("update identity_pool_tag set value = '29' where pool_id = '{0}'", "the setting was changed just now")]
    [InlineData("delete from identity_pool_tag where pool_id = '{0}'", "there is no setting")]
    [InlineData("update identity_pool_tag set value = '0', since = now() - interval '99 days' where pool_id = '{0}'", "it is no valid one")]
    [InlineData("update housekeeping set steady_since = now() - interval '30 days' where name = '{1}'", "uses were not noted for so long")]
    [InlineData("update housekeeping set holder = 'another' where name = '{1}'", "it is another's turn")]
    [InlineData("update housekeeping set expires_at = now() - interval '1 second' where name = '{1}'", "the lease ran out")]
    public async Task Nobody_goes_as_long_as(string sql, string reason)
    {
        var pool = await PoolAsync();
        await AddAsync(pool, "stale", Old);
        var lease = await LeaseAsync();
        await postgres.Db.RunAsync(string.Format(null, sql, pool, lease.Name));

        await new StaleGuests(postgres.Db, _clock).RunAsync(lease, default);

        Assert.True((await LeftAsync(pool)).Length == 1, reason);
    }

    [Fact]
    public async Task A_run_looks_at_so_many_and_the_next_one_goes_on_from_there()
    {
        await postgres.Db.RunAsync("delete from identity_pool_tag"); // Those of other tests.
        var pool = await PoolAsync();
        await postgres.Db.RunAsync($"""
            insert into identity (id, pool_id, state, version, created_at, modified_at, last_used_at)
            select '{pool} ' || n, '{pool}', 0, 1, now(), now(), {Old} from generate_series(1, 2500) n
            """);
        var chore = new StaleGuests(postgres.Db, _clock, mostBatches: 2);
        var lease = await LeaseAsync();

        var first = await chore.RunAsync(lease, default);
        Assert.Equal((2000, 1, false), (first.Removed, first.Waiting, first.IsFinished));
        var second = await chore.RunAsync(lease, default);
        Assert.Equal((500, 0, true), (second.Removed, second.Waiting, second.IsFinished));

        await AddAsync(pool, "later", Old);
        Assert.Equal(0, (await chore.RunAsync(lease, default)).Removed);
        _clock.Advance(StaleGuests.Rest);
        Assert.Equal(1, (await chore.RunAsync(lease, default)).Removed);
    }

    [Fact]
    public async Task Whom_somebody_holds_is_left_alone_and_judged_anew()
    {
        var pool = await PoolAsync();
        await AddAsync(pool, "held", Old);
        await AddAsync(pool, "stale", Old);
        await using (var connection = await postgres.Db.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var link = new NpgsqlCommand(
                $"update identity set state = 1, version = 2 where id = '{pool} held'", connection);
            await link.ExecuteNonQueryAsync();
            await RunAsync();
            await transaction.CommitAsync();
        }

        Assert.Equal(["held"], await LeftAsync(pool));
        await RunAsync();
        Assert.Equal(["held"], await LeftAsync(pool));
    }

    [Fact]
    public async Task Whoever_is_linked_or_used_while_guests_go_is_there_afterwards_and_others_are_told()
    {
        const int Guests = 600;
        var pool = await PoolAsync();
        await postgres.Db.RunAsync($"""
            insert into identity (id, pool_id, state, version, created_at, modified_at, last_used_at)
            select '{pool} ' || n, '{pool}', 0, 1, now(), now(), {Old} from generate_series(1, {Guests}) n
            """);
        var ids = Enumerable.Range(1, Guests).Select(n => new IdentityId($"{pool} {n}")).ToArray();
        var guests = (await Store.LoadAsync(ids, default)).ToDictionary(guest => guest.Id);
        var saved = new bool[Guests];

        var users = Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            for (var n = Guests - 1 - worker; n >= 0; n -= 4)
            {
                var link = new LinkDecision.Link(guests[ids[n]], [new Login(LoginKind.Developer, "d", $"{n}")], []);
                saved[n] = n % 2 == 0
                    ? await Store.TryLinkAsync(link, _clock.GetUtcNow(), default)
                    : (await Store.NoteUsesAsync([ids[n]], default)).Count == 1;
            }
        })).ToArray();
        while (users.Any(user => !user.IsCompleted))
        {
            await RunAsync();
        }

        await Task.WhenAll(users);
        await RunAsync();
        var left = (await Store.LoadAsync(ids, default)).ToDictionary(identity => identity.Id);
        for (var n = 0; n < Guests; n++)
        {
            Assert.Equal(saved[n], left.ContainsKey(ids[n]));
            Assert.True(!saved[n] || n % 2 == 1 || left[ids[n]].Logins.Count == 1);
        }
    }

    private async Task<PoolId> PoolAsync()
    {
        var pool = await postgres.NewPoolAsync();
        await postgres.Db.RunAsync($"""
            insert into identity_pool_tag (pool_id, key, value, since)
            values ('{pool}', 'federated-identity:guest-retention-days', '30', now() - interval '40 days')
            """);
        return pool;
    }

    private Task AddAsync(PoolId pool, string name, string lastUsed, int state = 0) => postgres.Db.RunAsync($"""
        insert into identity (id, pool_id, state, version, created_at, modified_at, last_used_at)
        values ('{pool} {name}', '{pool}', {state}, 1, now(), now(), {lastUsed})
        """);

    private async Task<HousekeepingLease> LeaseAsync()
    {
        var lease = postgres.OwnLease();
        Assert.True(await lease.HoldAsync(default));
        await postgres.Db.RunAsync($"update housekeeping set steady_since = now() - interval '40 days' where name = '{lease.Name}'");
        return lease;
    }

    private async Task<ChoreReport> RunAsync() => await new StaleGuests(postgres.Db, _clock).RunAsync(await LeaseAsync(), default);

    private async Task<string[]> LeftAsync(PoolId pool) => await postgres.Db.LinesAsync(
        $"select split_part(id, ' ', 2) from identity where pool_id = '{pool}' order by 1");
}
