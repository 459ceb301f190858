using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Storage;

/// <summary>What the store promises beside its port, in either layout of the tables.</summary>
public abstract class NpgsqlIdentityStoreTests(PostgresFixture postgres) : IdentityStoreConformance
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero);

    // Not a theory's rows: half a surrogate pair would not survive the way to the test.
    private static readonly string[] SubjectsThatTextCannotHold =
        ["a\0b", "\ud800", "\udc00\ud800", "sha256:", new string('x', 513), new string('x', 512) + "\0"];

    protected override IIdentityStore Store => postgres.Services.GetRequiredService<IIdentityStore>();

    [Fact]
    public async Task A_subject_that_cannot_be_indexed_text_comes_back_as_it_was()
    {
        var pool = await NewPoolAsync();
        foreach (var login in SubjectsThatTextCannotHold.Select(Developer))
        {
            var id = NewId();
            Assert.Equal(CreateOutcome.Created, await Store.TryCreateAsync(id, pool, [login], Now, default));

            Assert.Equal([login], Assert.Single(await Store.LoadAsync([id], default)).Logins);
            Assert.Equal(id, (await Store.OwnersAsync(pool, [login], default))[login]);
            Assert.Equal(CreateOutcome.LoginTaken, await Store.TryCreateAsync(NewId(), pool, [login], Now, default));
        }
    }

    [Fact]
    public async Task A_deleted_pool_takes_its_identities_along_at_once()
    {
        var pool = await NewPoolAsync();
        var id = NewId();
        await Store.TryCreateAsync(id, pool, [Developer("1")], Now, default);
        var before = Assert.Single(await Store.LoadAsync([id], default));

        await postgres.DeletePoolAsync(pool, Now);

        Assert.Empty(await Store.OwnersAsync(pool, [Developer("1")], default));
        Assert.Empty(await Store.LoadAsync([id], default));
        Assert.Equal(CreateOutcome.PoolNotFound, await Store.TryCreateAsync(NewId(), pool, [Developer("2")], Now, default));
        Assert.False(await Store.TryLinkAsync(new LinkDecision.Link(before, [Developer("2")], []), Now, default));
    }

    [Fact]
    public async Task A_second_user_of_a_public_provider_is_refused_by_the_schema()
    {
        var pool = await NewPoolAsync();
        Login[] two = [new(LoginKind.Public, "graph.facebook.com", "1"), new(LoginKind.Public, "graph.facebook.com", "2")];

        Assert.Equal(CreateOutcome.LoginTaken, await Store.TryCreateAsync(NewId(), pool, two, Now, default));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_link_that_waited_for_a_change_is_decided_on_what_the_change_left(bool committed)
    {
        var pool = await NewPoolAsync();
        var (id, other) = (NewId(), NewId());
        await Store.TryCreateAsync(id, pool, [], Now, default);
        await Store.TryCreateAsync(other, pool, [Developer("1")], Now, default);
        var identities = await Store.LoadAsync([id, other], default);
        var (survivor, absorbed) = (identities.Single(i => i.Id == id), identities.Single(i => i.Id == other));

        // Somebody else takes the absorbed identity's login away, in the order every writer keeps: first the version, then the login.
        await using var connection = await postgres.Db.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, $"update identity set version = version + 1, state = 2 where id = '{other}'");
        await ExecuteAsync(connection, $"delete from login where identity_id = '{other}'");
        var link = Store.TryLinkAsync(new LinkDecision.Link(survivor, [Developer("2")], [absorbed]), Now, default).AsTask();
        await postgres.Db.WaitForBlockedAsync(1);
        await (committed ? transaction.CommitAsync() : transaction.RollbackAsync());

        Assert.Equal(!committed, await link);
        var after = Assert.Single(await Store.LoadAsync([id], default));
        Assert.Equal(committed ? [] : [Developer("1"), Developer("2")], after.Logins);
    }

    [Fact]
    public async Task Nothing_is_unlinked_in_a_deleted_pool()
    {
        var (pool, id) = (await NewPoolAsync(), NewId());
        await Store.TryCreateAsync(id, pool, [Developer("1")], Now, default);
        var identity = Assert.Single(await Store.LoadAsync([id], default));
        await postgres.DeletePoolAsync(pool, Now);

        var removal = new UnlinkDecision.Remove(identity, identity.Logins, IdentityState.Disabled);
        Assert.False(await Store.TryUnlinkAsync(removal, Now, default));
    }

    [Fact]
    public async Task What_is_wanted_at_the_same_time_comes_to_what_each_would_have_come_to_alone()
    {
        const int Wanted = 400;
        var (pool, other, gone) = (await NewPoolAsync(), await NewPoolAsync(), await NewPoolAsync());
        await postgres.DeletePoolAsync(gone, Now);
        var wanted = Enumerable.Range(0, Wanted).Select(n => (
            Id: NewId(),
            Pool: n % 7 == 0 ? gone : n % 2 == 0 ? other : pool,
            Logins: (Login[])((n % 5) switch
            {
                0 => [],
                1 => [Developer($"{n % 40}")], // Wanted by several, and one can have it.
                2 => [Developer($"b{n}"), Developer($"a{n}")],
                3 => [new Login(LoginKind.Public, "graph.facebook.com", $"{n}\0")],
                _ => [Developer($"{n}")],
            }))).ToArray();

        var outcomes = await Task.WhenAll(wanted.Select(one =>
            Task.Run(async () => await Store.TryCreateAsync(one.Id, one.Pool, one.Logins, Now, default))));
        var loaded = await Task.WhenAll(wanted.Select(one => Task.Run(async () => await Store.LoadAsync([one.Id], default))));
        var owners = await Task.WhenAll(wanted.Where(one => one.Logins.Length == 1)
            .Select(one => Task.Run(async () => (one, Found: await Store.OwnersAsync(one.Pool, one.Logins, default)))));

        for (var i = 0; i < Wanted; i++)
        {
            Assert.Equal(wanted[i].Pool == gone, outcomes[i] == CreateOutcome.PoolNotFound);
            Assert.Equal(outcomes[i] == CreateOutcome.Created, loaded[i].Count == 1);
            Assert.Equal(
                outcomes[i] == CreateOutcome.Created ? wanted[i].Logins.Order(Login.WriteOrder) : [],
                loaded[i].SelectMany(identity => identity.Logins).Order(Login.WriteOrder));
        }

        var created = wanted.Where((_, i) => outcomes[i] == CreateOutcome.Created).ToArray();
        foreach (var rivals in wanted.Where(one => one.Pool != gone && one.Logins.Length > 0).GroupBy(one => (one.Pool, one.Logins[0])))
        {
            Assert.Single(rivals, created.Contains);
        }

        foreach (var (one, found) in owners)
        {
            var owner = created.Where(rival => rival.Pool == one.Pool && rival.Logins.Contains(one.Logins[0])).Select(rival => rival.Id);
            Assert.Equal(owner, found.Values);
        }
    }

    protected override Task<PoolId> NewPoolAsync() => postgres.NewPoolAsync();

    protected override async Task<DateTimeOffset> ModifiedAtAsync(IdentityId id)
    {
        await using var tables = postgres.Tables();
        return await tables.Identities.Where(identity => identity.Id == id.Value).Select(identity => identity.ModifiedAt).SingleAsync();
    }

    protected static Login Developer(string subject) => new(LoginKind.Developer, "login.example", subject);

    protected static IdentityId NewId() => new($"local-1:{Guid.NewGuid()}");

    protected static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
