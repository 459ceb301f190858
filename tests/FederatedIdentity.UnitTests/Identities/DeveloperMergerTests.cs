using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.Identities;

/// <summary>What merging two developer users costs, who wins a race, and when it gives up.</summary>
public sealed class DeveloperMergerTests
{
    private static readonly Login Source = new(LoginKind.Developer, "login.example", "source");
    private static readonly Login Destination = new(LoginKind.Developer, "login.example", "destination");
    private static readonly Login Google = new(LoginKind.Public, "accounts.google.com", "1");

    private readonly InMemoryIdentityStore _store = new();
    private readonly RecordingClock _clock = new();
    private readonly DeveloperMerger _merger;
    private readonly PoolId _pool;

    public DeveloperMergerTests()
    {
        _pool = _store.AddPool(new PoolId("pool"));
        _merger = new DeveloperMerger(_store, _clock);
    }

    [Fact]
    public async Task Without_a_race_it_costs_two_reads_and_a_write()
    {
        await CreateAsync("A", Source, Google);
        await CreateAsync("B", Destination);

        Assert.Equal(new MergeOutcome.Merged(new IdentityId("B")), await MergeAsync());

        Assert.Equal(["OwnersAsync", "LoadAsync", "TryLinkAsync"], _store.Calls);
        Assert.Equal(IdentityState.Disabled, (await LoadAsync("A")).State);
        Assert.Equal([Destination, Source, Google], (await LoadAsync("B")).Logins);
    }

    [Fact]
    public async Task Users_of_one_identity_cost_no_write()
    {
        await CreateAsync("A", Source, Destination);

        Assert.Equal(new MergeOutcome.Merged(new IdentityId("A")), await MergeAsync());
        Assert.DoesNotContain("TryLinkAsync", _store.Calls);
    }

    [Fact]
    public async Task Unknown_users_cost_one_look_and_the_source_is_named_first()
    {
        Assert.Equal(new MergeOutcome.UserNotFound(Source), await MergeAsync());
        await CreateAsync("A", Source);
        Assert.Equal(new MergeOutcome.UserNotFound(Destination), await MergeAsync());
        Assert.Equal(["OwnersAsync"], _store.Calls);
    }

    [Fact]
    public async Task What_breaks_a_rule_is_refused_and_nothing_is_written()
    {
        await CreateAsync("A", Source, Google);
        await CreateAsync("B", Destination, Google with { Subject = "2" });

        Assert.Equal(new MergeOutcome.Refused(LinkRefusal.ProviderConflict), await MergeAsync());
        Assert.DoesNotContain("TryLinkAsync", _store.Calls);
    }

    [Fact]
    public async Task A_rule_that_a_concurrent_link_made_hold_is_seen()
    {
        await CreateAsync("A", Source, Google);
        var destination = await CreateAsync("B", Destination);
        _store.BeforeWrite = async () => Assert.True(await _store.TryLinkAsync(
            new LinkDecision.Link(destination, [Google with { Subject = "2" }], []), RecordingClock.Start, default));

        Assert.Equal(new MergeOutcome.Refused(LinkRefusal.ProviderConflict), await MergeAsync());
        Assert.Equal(IdentityState.Authenticated, (await LoadAsync("A")).State);
    }

    [Fact]
    public async Task Of_opposite_merges_the_later_finds_them_merged_already()
    {
        await CreateAsync("A", Source);
        await CreateAsync("B", Destination);
        _store.BeforeWrite = async () => Assert.Equal(
            new MergeOutcome.Merged(new IdentityId("A")),
            await _merger.MergeAsync(_pool, Destination, Source, JustWaiting.Instance, default));

        Assert.Equal(new MergeOutcome.Merged(new IdentityId("A")), await MergeAsync());
    }

    [Fact]
    public async Task A_user_that_is_deleted_meanwhile_is_not_found()
    {
        var source = await CreateAsync("A", Source);
        await CreateAsync("B", Destination);
        _store.BeforeWrite = () =>
        {
            _store.Delete(source.Id);
            return Task.CompletedTask;
        };

        Assert.Equal(new MergeOutcome.UserNotFound(Source), await MergeAsync());
        Assert.Equal([Destination], (await LoadAsync("B")).Logins);
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(4, 1)]
    [InlineData(64, 61)]
    public async Task It_decides_up_to_64_times_and_pauses_after_the_third(int attempts, int pauses)
    {
        await CreateAsync("A", Source);
        await CreateAsync("B", Destination);
        Lose(attempts - 1);

        Assert.Equal(new MergeOutcome.Merged(new IdentityId("B")), await MergeAsync());

        Assert.Equal(attempts, _store.Calls.Count(call => call == "TryLinkAsync"));
        Assert.Equal(pauses, _clock.Delays.Count);
    }

    [Fact]
    public async Task After_64_lost_races_it_gives_up_and_has_written_nothing()
    {
        await CreateAsync("A", Source);
        await CreateAsync("B", Destination);
        Lose(Contention.MaxAttempts);

        await Assert.ThrowsAsync<ContentionException>(async () => await MergeAsync());

        Assert.True((await LoadAsync("A")).Owns(Source));
    }

    private void Lose(int times)
    {
        if (times > 0)
        {
            _store.BeforeWrite = () =>
            {
                _store.Touch(new IdentityId(times % 2 == 0 ? "A" : "B"));
                Lose(times - 1);
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

    private async Task<MergeOutcome> MergeAsync()
    {
        _store.Calls.Clear();
        return await _merger.MergeAsync(_pool, Source, Destination, JustWaiting.Instance, default);
    }
}
