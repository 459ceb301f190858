using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Storage;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Secrets;
using FederatedIdentity.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace FederatedIdentity.IntegrationTests.Storage;

/// <summary>
/// The connection breaks after PostgreSQL has done what it was asked and before anybody was told: what is repeated comes to what the one
/// attempt would have come to.
/// </summary>
public sealed class LostAnswerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private static readonly Login Alice = new(LoginKind.Public, "graph.facebook.com", "alice");
    private static readonly Login Bob = new(LoginKind.Developer, "login.example", "bob");
    private static readonly Login Bobby = new(LoginKind.Developer, "login.example", "bobby");

    private PostgresProxy? _proxy;
    private ServiceProvider? _services;
    private PoolId _pool;

    private IIdentityStore Store => _services!.GetRequiredService<IIdentityStore>();

    public async Task InitializeAsync()
    {
        _proxy = PostgresProxy.Start(postgres.ConnectionString);
        _services = new ServiceCollection()
            .AddLogging()
            .AddStorage(_proxy.ConnectionString)
            .AddSingleton(new MasterKey(new byte[MasterKey.Length]))
            .BuildServiceProvider();
        _pool = await postgres.NewPoolAsync();
        await Store.LoadAsync([NewId()], default); // A connection, so that the next answer is that of a statement.
    }

    [Fact]
    public async Task A_guest_is_created_once()
    {
        var resolution = await LosingAsync(() => Resolver().ResolveAsync(_pool, [], JustWaiting.Instance, default));

        var id = Assert.IsType<Resolution.Resolved>(resolution).Identity;
        Assert.Equal(IdentityState.Unauthenticated, (await IdentityAsync(id)).State);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_user_is_created_once()
    {
        await Store.OwnersAsync(_pool, [Alice], default);
        var id = NewId();

        var outcome = await LosingAsync(() => Store.TryCreateAsync(id, _pool, [Alice], DateTimeOffset.UnixEpoch, default));
        var resolution = await Resolver().ResolveAsync(_pool, [Alice], JustWaiting.Instance, default);

        Assert.Equal(CreateOutcome.LoginTaken, outcome); // "Decide again", which finds the first attempt's identity.
        Assert.Equal(id, Assert.IsType<Resolution.Resolved>(resolution).Identity);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_link_that_was_carried_out_is_carried_out()
    {
        var guest = await CreatedAsync();

        var link = new LinkDecision.Link(guest, [Alice], []);

        Assert.True(await LosingAsync(() => Store.TryLinkAsync(link, DateTimeOffset.UnixEpoch, default)));

        var after = await IdentityAsync(guest.Id);
        Assert.Equal((IdentityState.Authenticated, guest.Version + 1), (after.State, after.Version));
        Assert.Equal([Alice], after.Logins);
    }

    [Fact]
    public async Task A_merge_that_was_carried_out_is_carried_out()
    {
        var (bob, bobby) = (await CreatedAsync(Bob), await CreatedAsync(Bobby));
        var link = new LinkDecision.Link(bob, [], [bobby]);

        Assert.True(await LosingAsync(() => Store.TryLinkAsync(link, DateTimeOffset.UnixEpoch, default)));

        Assert.Equal([Bob, Bobby], (await IdentityAsync(bob.Id)).Logins);
        Assert.Equal(IdentityState.Disabled, (await IdentityAsync(bobby.Id)).State);
    }

    [Fact]
    public async Task An_unlink_that_was_carried_out_is_carried_out()
    {
        var identity = await CreatedAsync(Alice, Bob);
        var remove = new UnlinkDecision.Remove(identity, [Bob], IdentityState.Authenticated);

        Assert.True(await LosingAsync(() => Store.TryUnlinkAsync(remove, DateTimeOffset.UnixEpoch, default)));

        Assert.Equal([Alice], (await IdentityAsync(identity.Id)).Logins);
    }

    [Fact]
    public async Task A_link_that_another_made_impossible_stays_lost()
    {
        var guest = await CreatedAsync();
        await CreatedAsync(Alice);

        var link = new LinkDecision.Link(guest, [Alice], []);

        Assert.False(await LosingAsync(() => Store.TryLinkAsync(link, DateTimeOffset.UnixEpoch, default)));

        Assert.Equal(IdentityState.Unauthenticated, (await IdentityAsync(guest.Id)).State);
    }

    [Fact]
    public async Task Reading_again_costs_nobody_an_error()
    {
        var identity = await CreatedAsync(Alice);

        Assert.Equal(identity.Id, (await LosingAsync(() => Store.OwnersAsync(_pool, [Alice], default)))[Alice]);
        Assert.Single(await LosingAsync(() => Store.LoadAsync([identity.Id], default)));
        Assert.Null(await LosingAsync(() => _services!.GetRequiredService<NpgsqlAccessKeys>().FindAsync("AKIAAAAAAAAAAAAAAAAA", default)));
    }

    public async Task DisposeAsync()
    {
        await _services!.DisposeAsync();
        await _proxy!.DisposeAsync();
    }

    private async Task<T> LosingAsync<T>(Func<ValueTask<T>> call)
    {
        _proxy!.LoseAnswer();
        var result = await call();
        Assert.False(_proxy.IsToLoseAnswer);
        return result;
    }

    private async Task<Identity> CreatedAsync(params Login[] logins)
    {
        var id = NewId();
        Assert.Equal(CreateOutcome.Created, await Store.TryCreateAsync(id, _pool, logins, DateTimeOffset.UnixEpoch, default));
        return await IdentityAsync(id);
    }

    private async Task<Identity> IdentityAsync(IdentityId id) => Assert.Single(await Store.LoadAsync([id], default));

    private Task<long> CountAsync() => postgres.Db.ValueAsync<long>($"select count(*) from identity where pool_id = '{_pool.Value}'");

    private IdentityResolver Resolver() => new(Store, TimeProvider.System, NewId);

    private static IdentityId NewId() => new($"local-1:{Guid.NewGuid()}");
}
