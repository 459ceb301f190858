using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.Identities;

/// <summary>What resolving costs, who wins a race, and when it gives up.</summary>
public sealed class IdentityResolverTests
{
    private static readonly Login Google = new(LoginKind.Public, "accounts.google.com", "1");
    private static readonly Login Facebook = new(LoginKind.Public, "graph.facebook.com", "1");
    private static readonly Login Developer = new(LoginKind.Developer, "login.example", "1");

    private readonly InMemoryIdentityStore _store = new();
    private readonly RecordingClock _clock = new();
    private readonly IdentityResolver _resolver;
    private readonly PoolId _pool;
    private int _created;

    public IdentityResolverTests()
    {
        _pool = _store.AddPool(new PoolId("pool"));
        _resolver = new IdentityResolver(_store, _clock, () => new IdentityId($"identity-{Interlocked.Increment(ref _created)}"));
    }

    [Fact]
    public async Task A_guest_costs_one_create()
    {
        var resolved = await ResolvedAsync();

        Assert.True(resolved.Changed);
        AssertCalls("TryCreateAsync");
        Assert.Equal(IdentityState.Unauthenticated, (await LoadAsync(resolved.Identity)).State);
    }

    [Fact]
    public async Task Every_guest_is_a_new_identity() => Assert.NotEqual(await ResolvedAsync(), await ResolvedAsync());

    [Fact]
    public async Task A_new_login_costs_a_look_and_a_create()
    {
        var resolved = await ResolvedAsync(Google, Facebook);

        Assert.True(resolved.Changed);
        AssertCalls("OwnersAsync", "TryCreateAsync");
        Assert.True((await LoadAsync(resolved.Identity)).Owns(Facebook));
    }

    [Fact]
    public async Task Known_logins_of_one_identity_cost_one_look()
    {
        var first = await ResolvedAsync(Google, Facebook);
        _store.Calls.Clear();

        var again = await ResolvedAsync(Facebook, Google);

        Assert.Equal(new Resolution.Resolved(first.Identity, Changed: false), again);
        AssertCalls("OwnersAsync");
    }

    [Fact]
    public async Task A_login_presented_twice_is_one_login()
    {
        var first = await ResolvedAsync(Google, Google);

        Assert.Equal(first.Identity, (await ResolvedAsync(Google)).Identity);
        Assert.Single((await LoadAsync(first.Identity)).Logins);
    }

    [Fact]
    public async Task A_further_login_costs_a_look_a_load_and_a_link()
    {
        var first = await ResolvedAsync(Google);
        _store.Calls.Clear();

        Assert.Equal(new Resolution.Resolved(first.Identity, Changed: true), await ResolvedAsync(Google, Facebook));
        AssertCalls("OwnersAsync", "LoadAsync", "TryLinkAsync");
    }

    [Fact]
    public async Task A_given_identity_that_owns_all_costs_nothing()
    {
        var given = await CreateAsync(Google, Facebook);

        Assert.Equal(new Resolution.Resolved(given.Id, Changed: false), await ResolveAsync(given, Google));
        AssertCalls();
    }

    [Fact]
    public async Task A_given_guest_without_logins_costs_nothing()
    {
        var guest = await CreateAsync();

        Assert.Equal(new Resolution.Resolved(guest.Id, Changed: false), await ResolveAsync(guest));
        AssertCalls();
    }

    [Fact]
    public async Task Refusals_that_need_no_owners_cost_nothing()
    {
        var given = await CreateAsync(Google);

        Assert.Equal(new Resolution.Refused(LinkRefusal.Forbidden), await ResolveAsync(given));
        Assert.Equal(new Resolution.Refused(LinkRefusal.LoginsDoNotMatch), await ResolveAsync(given, Facebook));
        Assert.Equal(
            new Resolution.Refused(LinkRefusal.Forbidden),
            await ResolveAsync(given with { State = IdentityState.Disabled, Logins = [] }, Google));
        AssertCalls();
    }

    [Fact]
    public async Task A_given_guest_with_a_new_login_costs_a_look_and_a_link()
    {
        var guest = await CreateAsync();

        Assert.Equal(new Resolution.Resolved(guest.Id, Changed: true), await ResolveAsync(guest, Google));
        AssertCalls("OwnersAsync", "TryLinkAsync");
    }

    [Fact]
    public async Task A_given_guest_gives_way_to_the_owner()
    {
        var (owner, guest) = (await CreateAsync(Google), await CreateAsync());

        Assert.Equal(new Resolution.Resolved(owner.Id, Changed: true), await ResolveAsync(guest, Google));
        AssertCalls("OwnersAsync", "LoadAsync", "TryLinkAsync");
        Assert.Equal(IdentityState.Disabled, (await LoadAsync(guest.Id)).State);
    }

    [Fact]
    public async Task A_developer_user_of_another_identity_is_refused_even_to_a_stranger()
    {
        await CreateAsync(Developer);
        var (user, guest) = (await CreateAsync(Google), await CreateAsync());

        var refused = new Resolution.Refused(LinkRefusal.DeveloperLoginTaken);
        Assert.Equal(refused, await ResolveAsync(user, Developer));
        Assert.Equal(refused, await ResolveAsync(user, Developer, Google));
        Assert.Equal(refused, await ResolveAsync(guest, Developer));
    }

    [Fact]
    public async Task A_lost_create_ends_on_the_winner()
    {
        Resolution.Resolved? winner = null;
        _store.BeforeWrite = async () => winner = await ResolvedAsync(Google);

        var loser = await ResolvedAsync(Google);

        Assert.Equal(winner! with { Changed = false }, loser);
        Assert.Single(_store.Snapshot());
    }

    [Fact]
    public async Task A_lost_link_is_decided_again()
    {
        var guest = await CreateAsync();
        Resolution? winner = null;
        _store.BeforeWrite = async () => winner = await ResolveAsync(guest, Facebook);

        // The guest became a Facebook user in between, so a stranger's Google login no longer matches it.
        Assert.Equal(new Resolution.Refused(LinkRefusal.LoginsDoNotMatch), await ResolveAsync(guest, Google));
        Assert.Equal(new Resolution.Resolved(guest.Id, Changed: true), winner);
    }

    [Fact]
    public async Task A_given_identity_that_was_merged_away_meanwhile_is_forbidden()
    {
        var (owner, guest) = (await CreateAsync(Google), await CreateAsync());
        _store.BeforeWrite = async () => await ResolveAsync(guest, Google);

        Assert.Equal(new Resolution.Refused(LinkRefusal.Forbidden), await ResolveAsync(guest, Facebook));
        Assert.Equal(IdentityState.Authenticated, (await LoadAsync(owner.Id)).State);
    }

    [Fact]
    public async Task A_given_identity_that_is_deleted_meanwhile_is_not_found()
    {
        var guest = await CreateAsync();
        _store.BeforeWrite = () =>
        {
            _store.Delete(guest.Id);
            return Task.CompletedTask;
        };

        Assert.Equal(new Resolution.IdentityNotFound(), await ResolveAsync(guest, Google));
        Assert.Empty(_store.Snapshot());
    }

    [Fact]
    public async Task A_pool_that_is_deleted_meanwhile_is_not_found()
    {
        await CreateAsync(Google);
        _store.BeforeWrite = () =>
        {
            _store.DeletePool(_pool);
            return Task.CompletedTask;
        };

        Assert.Equal(new Resolution.PoolNotFound(), await _resolver.ResolveAsync(_pool, [Google, Facebook], JustWaiting.Instance, default));
        Assert.Equal(new Resolution.PoolNotFound(), await _resolver.ResolveAsync(_pool, [], JustWaiting.Instance, default));
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(4, 1)]
    [InlineData(16, 13)]
    [InlineData(Contention.MaxAttempts, Contention.MaxAttempts - 3)]
    public async Task It_decides_many_times_and_pauses_after_the_third(int attempts, int pauses)
    {
        var guest = await CreateAsync();
        LoseLinks(guest.Id, attempts - 1);

        Assert.Equal(new Resolution.Resolved(guest.Id, Changed: true), await ResolveAsync(guest, Developer));
        Assert.Equal(attempts, _store.Calls.Count(call => call == "OwnersAsync"));
        Assert.Equal(pauses, _clock.Delays.Count);
        Assert.All(_clock.Delays, delay => Assert.InRange(delay, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public async Task After_too_many_lost_races_it_gives_up_and_writes_nothing()
    {
        var guest = await CreateAsync();
        LoseLinks(guest.Id, Contention.MaxAttempts);

        await Assert.ThrowsAsync<ContentionException>(async () => await ResolveAsync(guest, Developer));
        Assert.False((await LoadAsync(guest.Id)).Owns(Developer));
    }

    [Fact]
    public async Task A_cancelled_request_stops()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await _resolver.ResolveAsync(_pool, [Google], JustWaiting.Instance, cancelled.Token));
        Assert.Empty(_store.Snapshot());
    }

    [Fact]
    public async Task Many_requests_at_once_end_on_one_identity()
    {
        Login[][] presented = [[Google], [Facebook, Google], [Google, Facebook], [Facebook]];

        var calls = Enumerable.Range(0, 200)
            .Select(i => _resolver.ResolveAsync(_pool, presented[i % 4], JustWaiting.Instance, default).AsTask());
        Assert.All(await Task.WhenAll(calls), resolution => Assert.IsType<Resolution.Resolved>(resolution));

        var survivor = Assert.Single(_store.Snapshot(), identity => identity.State == IdentityState.Authenticated);
        Assert.Equal(survivor.Id, (await ResolvedAsync(Google)).Identity);
        Assert.Equal(survivor.Id, (await ResolvedAsync(Facebook)).Identity);
    }

    // Bumps the version of a guest that stays a guest, which no operation does; only so can a race be lost at will.
    private void LoseLinks(IdentityId id, int times)
    {
        if (times > 0)
        {
            _store.BeforeWrite = () =>
            {
                _store.Touch(id);
                LoseLinks(id, times - 1);
                return Task.CompletedTask;
            };
        }
    }

    private void AssertCalls(params string[] expected) => Assert.Equal(expected, _store.Calls);

    private async Task<Identity> CreateAsync(params Login[] logins)
    {
        var identity = await LoadAsync((await ResolvedAsync(logins)).Identity);
        _store.Calls.Clear();
        return identity;
    }

    private async Task<Identity> LoadAsync(IdentityId id) => Assert.Single(await _store.LoadAsync([id], default));

    private async Task<Resolution.Resolved> ResolvedAsync(params Login[] logins) =>
        Assert.IsType<Resolution.Resolved>(await _resolver.ResolveAsync(_pool, logins, JustWaiting.Instance, default));

    private ValueTask<Resolution> ResolveAsync(Identity given, params Login[] logins) =>
        _resolver.ResolveAsync(given, logins, JustWaiting.Instance, default);
}
