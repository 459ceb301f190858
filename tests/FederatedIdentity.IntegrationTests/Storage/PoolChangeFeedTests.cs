using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Storage;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Secrets;
using FederatedIdentity.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Storage;

/// <summary>A replica that made none of the changes: nobody calls Forget here.</summary>
public sealed class PoolChangeFeedTests : IClassFixture<PostgresFixture>, IDisposable
{
    private const string Other = "444455556666";

    private const string Tag = "insert into identity_pool_tag (pool_id, key, value) values ('{0}', 'k', 'v')";
    private const string Oidc = "insert into open_id_connect_provider values ('{1}', '{2}', 'https://a', array[''], now())";
    private const string Client = "insert into open_id_connect_provider_client values ('{1}', 'c')";

    private const string Saml = """
        insert into saml_provider (arn, account_id, name, id, metadata, entity_id, signing_keys, version, created_at)
        values ('{1}', '{2}', '{1}', gen_random_uuid(), '', 'e', array[''::bytea], 1, now())
        """;

    private readonly PostgresFixture _postgres;
    private readonly ManualClock _clock = new();
    private readonly NpgsqlPoolCatalog _catalog;
    private readonly PoolChangeFeed _feed;

    public PoolChangeFeedTests(PostgresFixture postgres)
    {
        _postgres = postgres;
        _catalog = postgres.Catalog(_clock);
        _feed = postgres.Feed(_catalog, _clock);
    }

    /// <summary>What a DBA may do at psql; {0} is the pool, {1} a name of the test's own, {2} the account.</summary>
    public static TheoryData<string, string> Changes => new()
    {
        { "", "update identity_pool set allow_unauthenticated = false where id = '{0}'" },
        { "", "update identity_pool set deleted_at = now() where id = '{0}'" },
        { "", "delete from identity_pool where id = '{0}'" },
        { "", Tag },
        { Tag, "update identity_pool_tag set value = 'w' where pool_id = '{0}'" },
        { Tag, "delete from identity_pool_tag where pool_id = '{0}'" },
        { "", Oidc },
        { Oidc, "update open_id_connect_provider set url = 'https://b.example' where arn = '{1}'" },
        { Oidc, "delete from open_id_connect_provider where arn = '{1}'" },
        { Oidc, Client },
        { $"{Oidc}; {Client}", "delete from open_id_connect_provider_client where arn = '{1}'" },
        { "", Saml },
        { Saml, "update saml_provider set entity_id = 'f' where arn = '{1}'" },
        { Saml, "delete from saml_provider where arn = '{1}'" },
        { "", "truncate saml_provider" },
        { "", "truncate open_id_connect_provider_client" },
        { "", "truncate identity_pool_tag" },
    };

    public void Dispose() => _feed.Dispose();

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Whatever_changes_what_a_pool_says_is_heard_whoever_does_it(string before, string change)
    {
        var (id, arn) = (await _postgres.NewPoolAsync(), $"arn-{Guid.NewGuid()}");
        await RunAsync($"select; {before}");
        await _feed.PollAsync(default);
        var known = await _catalog.FindAsync(id, default);
        await _feed.PollAsync(default);
        Assert.Same(known, await _catalog.FindAsync(id, default));

        await RunAsync(change);
        Assert.Same(known, await _catalog.FindAsync(id, default));
        await _feed.PollAsync(default);

        Assert.NotSame(known, await _catalog.FindAsync(id, default));

        Task RunAsync(string sql) => _postgres.Db.RunAsync(string.Format(null, sql, id, arn, PostgresFixture.AccountId));
    }

    [Fact]
    public async Task Pools_that_nothing_was_said_of_are_not_read_again()
    {
        await _postgres.Db.RunAsync($"insert into account (id, created_at) values ('{Other}', now())");
        var (mine, neighbour) = (await _postgres.NewPoolAsync(), await _postgres.NewPoolAsync());
        var theirs = await _postgres.NewPoolAsync();
        await _postgres.Db.RunAsync($"update identity_pool set account_id = '{Other}' where id = '{theirs}'");
        await _feed.PollAsync(default);
        var known = await KnownAsync();

        await _postgres.Db.RunAsync($"update identity_pool set name = 'n' where id = '{mine}'");
        await _feed.PollAsync(default);
        var after = await KnownAsync();
        Assert.NotSame(known[0], after[0]);
        Assert.Same(known[1], after[1]);
        Assert.Same(known[2], after[2]);

        await _postgres.Db.RunAsync($"""
            insert into open_id_connect_provider (arn, account_id, url, thumbprints, created_at)
            values ('arn', '{PostgresFixture.AccountId}', 'https://a', array[''], now())
            """);
        await _feed.PollAsync(default);
        var last = await KnownAsync();
        Assert.NotSame(after[1], last[1]);
        Assert.Same(after[2], last[2]);

        async Task<Pool?[]> KnownAsync() =>
            [await _catalog.FindAsync(mine, default), await _catalog.FindAsync(neighbour, default), await _catalog.FindAsync(theirs, default)];
    }

    [Fact]
    public async Task A_snapshot_lives_while_polls_succeed_and_thirty_seconds_at_most()
    {
        var id = await _postgres.NewPoolAsync();
        await _feed.PollAsync(default);
        var known = await _catalog.FindAsync(id, default);
        for (var second = 0; second < 30; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await _feed.PollAsync(default);
            Assert.Same(known, await _catalog.FindAsync(id, default));
        }

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotSame(known, await _catalog.FindAsync(id, default));
    }

    [Fact]
    public async Task When_polls_stop_a_change_is_honoured_after_a_second_all_the_same()
    {
        var id = await _postgres.NewPoolAsync();
        await _feed.PollAsync(default);
        Assert.True((await _catalog.FindAsync(id, default))!.AllowUnauthenticatedIdentities);
        await _postgres.Db.RunAsync($"update identity_pool set allow_unauthenticated = false where id = '{id}'");

        _clock.Advance(NpgsqlPoolCatalog.FeedMaxAge);
        Assert.True((await _catalog.FindAsync(id, default))!.AllowUnauthenticatedIdentities);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.False((await _catalog.FindAsync(id, default))!.AllowUnauthenticatedIdentities);
    }

    [Fact]
    public async Task A_poll_that_failed_vouches_for_nothing_and_the_next_one_starts_over()
    {
        var id = await _postgres.NewPoolAsync();
        await _feed.PollAsync(default);
        var known = await _catalog.FindAsync(id, default);
        await _postgres.Db.RunAsync("alter table pool_change rename to away");
        _clock.Advance(NpgsqlPoolCatalog.FeedMaxAge);
        await Assert.ThrowsAsync<PostgresException>(() => _feed.PollAsync(default));
        await _postgres.Db.RunAsync("alter table away rename to pool_change");
        Assert.Same(known, await _catalog.FindAsync(id, default));

        await _feed.PollAsync(default);

        Assert.NotSame(known, await _catalog.FindAsync(id, default));
    }

    [Fact]
    public async Task A_change_that_commits_after_younger_ones_were_seen_is_seen_too()
    {
        var (slow, quick) = (await _postgres.NewPoolAsync(), await _postgres.NewPoolAsync());
        await _feed.PollAsync(default);
        var (slowKnown, quickKnown) = (await _catalog.FindAsync(slow, default), await _catalog.FindAsync(quick, default));
        await using var connection = await _postgres.Db.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand($"update identity_pool set name = 'n' where id = '{slow}'", connection);
        await command.ExecuteNonQueryAsync();
        await _postgres.Db.RunAsync($"update identity_pool set name = 'n' where id = '{quick}'");

        await _feed.PollAsync(default);
        Assert.Same(slowKnown, await _catalog.FindAsync(slow, default));
        Assert.NotSame(quickKnown, await _catalog.FindAsync(quick, default));
        quickKnown = await _catalog.FindAsync(quick, default);
        await transaction.CommitAsync();
        await _feed.PollAsync(default);

        Assert.NotSame(slowKnown, await _catalog.FindAsync(slow, default));
        Assert.Same(quickKnown, await _catalog.FindAsync(quick, default)); // Once is enough.
    }

    [Theory]
    [InlineData("pool_id", "{0}")]
    [InlineData("account_id", PostgresFixture.AccountId)]
    [InlineData("account_id", null)]
    public async Task What_was_being_read_when_the_change_was_heard_is_not_used_after_it(string column, string? value)
    {
        var id = await _postgres.NewPoolAsync();
        await _feed.PollAsync(default);
        var closed = new NpgsqlConnection(_postgres.ConnectionString + ";Pooling=false");
        await closed.OpenAsync();
        await using (var close = new NpgsqlCommand("begin; lock table identity_pool in access exclusive mode", closed))
        {
            await close.ExecuteNonQueryAsync();
        }

        var before = _catalog.FindAsync(id, default).AsTask();
        await _postgres.Db.WaitForBlockedAsync(1);
        await _postgres.Db.RunAsync(
            $"insert into pool_change ({column}) values ({(value is null ? "null" : $"'{string.Format(null, value, id)}'")})");
        await _feed.PollAsync(default);
        var after = _catalog.FindAsync(id, default).AsTask();
        await _postgres.Db.WaitForBlockedAsync(2);
        await closed.DisposeAsync();

        Assert.NotSame(await before, await after);
        Assert.Same(await after, await _catalog.FindAsync(id, default));
    }

    [Fact]
    public async Task A_hundred_busy_pools_cost_a_poll_now_and_then_and_without_polls_a_hundred_queries_a_second()
    {
        await using var proxy = PostgresProxy.Start(_postgres.ConnectionString);
        await using var services = new ServiceCollection().AddLogging().AddStorage(proxy.ConnectionString)
            .AddSingleton(new MasterKey(new byte[MasterKey.Length])).BuildServiceProvider();
        var pools = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => _postgres.NewPoolAsync()));

        Assert.Equal(25, await TenSecondsAsync(polls: true));
        Assert.InRange(await TenSecondsAsync(polls: false), 800, 1000);

        async Task<int> TenSecondsAsync(bool polls)
        {
            var catalog = _postgres.Catalog(_clock, db: services.GetRequiredService<Database>());
            using var feed = _postgres.Feed(catalog, _clock, services.GetRequiredService<NpgsqlDataSource>());
            await feed.PollAsync(default);
            await FindAsync(catalog);
            var before = proxy.RoundTrips;
            for (var time = TimeSpan.Zero; time < TimeSpan.FromSeconds(10); time += PoolChangeFeed.Interval)
            {
                _clock.Advance(PoolChangeFeed.Interval);
                await (polls ? feed.PollAsync(default) : Task.CompletedTask);
                await FindAsync(catalog);
            }

            return proxy.RoundTrips - before;
        }

        async Task FindAsync(NpgsqlPoolCatalog catalog)
        {
            foreach (var pool in pools)
            {
                Assert.NotNull(await catalog.FindAsync(pool, default));
            }
        }
    }

    [Fact]
    public async Task Two_running_replicas_hear_of_each_other()
    {
        var catalogs = new[] { _postgres.Catalog(TimeProvider.System), _postgres.Catalog(TimeProvider.System) };
        using var one = _postgres.Feed(catalogs[0], TimeProvider.System);
        using var two = _postgres.Feed(catalogs[1], TimeProvider.System);
        await Task.WhenAll(one.StartAsync(default), two.StartAsync(default));
        var id = await _postgres.NewPoolAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        foreach (var allow in new[] { false, true, false })
        {
            await _postgres.Db.RunAsync($"update identity_pool set allow_unauthenticated = {allow} where id = '{id}'");
            foreach (var catalog in catalogs)
            {
                while ((await catalog.FindAsync(id, default))!.AllowUnauthenticatedIdentities != allow)
                {
                    await Task.Delay(5, patience.Token);
                }
            }
        }

        await Task.WhenAll(one.StopAsync(default), two.StopAsync(default));
    }
}
