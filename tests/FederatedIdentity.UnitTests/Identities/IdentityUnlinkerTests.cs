using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.Identities;

/// <summary>What unlinking costs, who wins a race, and when it gives up.</summary>
public sealed class IdentityUnlinkerTests
{
    private static readonly Login Google = new(LoginKind.Public, "accounts.google.com", "1");
    private static readonly Login Facebook = new(LoginKind.Public, "graph.facebook.com", "1");
    private static readonly Login Developer = new(LoginKind.Developer, "login.example", "1");

    private readonly InMemoryIdentityStore _store = new();
    private readonly RecordingClock _clock = new();
    private readonly IdentityUnlinker _unlinker;
    private readonly PoolId _pool;

    public IdentityUnlinkerTests()
    {
        _pool = _store.AddPool(new PoolId("pool"));
        _unlinker = new IdentityUnlinker(_store, _clock);
    }

    [Fact]
    public async Task Without_a_race_it_costs_one_write()
    {
        var identity = await CreateAsync("A", Google, Facebook);

        Assert.Equal(UnlinkOutcome.Done, await UnlinkAsync(identity, [Google], [Facebook.Provider]));

        Assert.Equal(["TryUnlinkAsync"], _store.Calls);
        Assert.Equal([Google], (await LoadAsync("A")).Logins);
    }

    [Fact]
    public async Task The_last_login_disables()
    {
        Assert.Equal(UnlinkOutcome.Done, await UnlinkAsync(await CreateAsync("A", Developer), Developer));

        var left = await LoadAsync("A");
        Assert.Equal((IdentityState.Disabled, 0), (left.State, left.Logins.Count));
    }

    [Fact]
    public async Task What_is_refused_or_not_there_costs_nothing()
    {
        var (identity, guest) = (await CreateAsync("A", Google), await CreateAsync("B"));
        var disabled = identity with { State = IdentityState.Disabled, Logins = [] };

        Assert.Equal(UnlinkOutcome.Done, await UnlinkAsync(identity, [Google], [Facebook.Provider]));
        Assert.Equal(UnlinkOutcome.Done, await UnlinkAsync(identity, [Google], []));
        Assert.Equal(UnlinkOutcome.LoginsDoNotMatch, await UnlinkAsync(identity, [Facebook], [Google.Provider]));
        Assert.Equal(UnlinkOutcome.LoginsDoNotMatch, await UnlinkAsync(guest, [Google], [Google.Provider]));
        Assert.Equal(UnlinkOutcome.Forbidden, await UnlinkAsync(disabled, [Google], [Google.Provider]));
        Assert.Equal(UnlinkOutcome.NotLinked, await UnlinkAsync(identity, Developer));
        Assert.Empty(_store.Calls);
    }

    [Fact]
    public async Task A_lost_race_is_decided_again_on_what_the_winner_left()
    {
        var identity = await CreateAsync("A", Google, Facebook);
        _store.BeforeWrite = async () => Assert.Equal(
            UnlinkOutcome.Done, await UnlinkAsync(identity, [Facebook], [Google.Provider]));

        // The proof is gone by now, and with it the right to remove the other login.
        Assert.Equal(UnlinkOutcome.LoginsDoNotMatch, await UnlinkAsync(identity, [Google], [Facebook.Provider]));
        Assert.Equal([Facebook], (await LoadAsync("A")).Logins);
    }

    [Fact]
    public async Task Two_who_remove_the_last_two_logins_leave_a_disabled_identity()
    {
        var identity = await CreateAsync("A", Google, Developer);
        _store.BeforeWrite = async () => await UnlinkAsync(identity, Developer);

        Assert.Equal(UnlinkOutcome.Done, await UnlinkAsync(identity, [Google], [Google.Provider]));

        Assert.Equal(IdentityState.Disabled, (await LoadAsync("A")).State);
    }

    [Fact]
    public async Task A_developer_user_that_somebody_else_removed_is_not_linked()
    {
        var identity = await CreateAsync("A", Google, Developer);
        _store.BeforeWrite = async () => await UnlinkAsync(identity, Developer);

        Assert.Equal(UnlinkOutcome.NotLinked, await UnlinkAsync(identity, Developer));
        Assert.Equal([Google], (await LoadAsync("A")).Logins);
    }

    [Fact]
    public async Task An_identity_that_is_merged_away_meanwhile_is_forbidden()
    {
        var (identity, survivor) = (await CreateAsync("A", Google), await CreateAsync("B", Developer));
        var merge = new LinkDecision.Link(survivor, [], [identity]);
        _store.BeforeWrite = async () => Assert.True(await _store.TryLinkAsync(merge, RecordingClock.Start, default));

        Assert.Equal(UnlinkOutcome.Forbidden, await UnlinkAsync(identity, [Google], [Google.Provider]));
        Assert.Equal([Developer, Google], (await LoadAsync("B")).Logins);
    }

    [Fact]
    public async Task An_identity_that_is_deleted_meanwhile_is_not_found()
    {
        var identity = await CreateAsync("A", Google);
        _store.BeforeWrite = () =>
        {
            _store.Delete(identity.Id);
            return Task.CompletedTask;
        };

        Assert.Equal(UnlinkOutcome.IdentityNotFound, await UnlinkAsync(identity, [Google], [Google.Provider]));
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(4, 1)]
    [InlineData(64, 61)]
    public async Task It_decides_up_to_64_times_and_pauses_after_the_third(int attempts, int pauses)
    {
        var identity = await CreateAsync("A", Google, Developer);
        Lose(identity.Id, attempts - 1);

        Assert.Equal(UnlinkOutcome.Done, await UnlinkAsync(identity, Developer));

        Assert.Equal(attempts, _store.Calls.Count(call => call == "TryUnlinkAsync"));
        Assert.Equal(pauses, _clock.Delays.Count);
    }

    [Fact]
    public async Task After_64_lost_races_it_gives_up_and_has_written_nothing()
    {
        var identity = await CreateAsync("A", Google, Developer);
        Lose(identity.Id, Contention.MaxAttempts);

        await Assert.ThrowsAsync<ContentionException>(async () => await UnlinkAsync(identity, Developer));

        Assert.True((await LoadAsync("A")).Owns(Developer));
    }

    private void Lose(IdentityId id, int times)
    {
        if (times > 0)
        {
            _store.BeforeWrite = () =>
            {
                _store.Touch(id);
                Lose(id, times - 1);
                return Task.CompletedTask;
            };
        }
    }

    private async Task<Identity> CreateAsync(string id, params Login[] logins)
    {
        Assert.Equal(CreateOutcome.Created, await _store.TryCreateAsync(new IdentityId(id), _pool, logins, RecordingClock.Start, default));
        var identity = await LoadAsync(id);
        _store.Calls.Clear();
        return identity;
    }

    private async Task<Identity> LoadAsync(string id) => Assert.Single(await _store.LoadAsync([new IdentityId(id)], default));

    private ValueTask<UnlinkOutcome> UnlinkAsync(Identity identity, Login[] presented, string[] providers) =>
        _unlinker.UnlinkAsync(identity, presented, providers, JustWaiting.Instance, default);

    private ValueTask<UnlinkOutcome> UnlinkAsync(Identity identity, Login developerUser) =>
        _unlinker.UnlinkAsync(identity, developerUser, JustWaiting.Instance, default);
}
