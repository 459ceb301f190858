using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;

#pragma warning disable CA1716 // "Shared" is a keyword of Visual Basic, in which nobody will call these tests.
namespace FederatedIdentity.Tests.Shared;
#pragma warning restore CA1716

// The promises that only show when many write at once. A deadlock fails by running out of patience.
public abstract partial class IdentityStoreConformance
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Of_fifty_concurrent_creates_of_one_login_exactly_one_wins()
    {
        var pool = await NewPoolAsync();
        IdentityId[] ids = [.. Enumerable.Range(0, 50).Select(_ => NewId())];

        var outcomes = await AllAsync(ids.Select((id, i) =>
            Store.TryCreateAsync(id, pool, i % 2 == 0 ? [Google("1"), Facebook("1")] : [Facebook("1"), Google("1")], Start, default)));

        Assert.Single(outcomes, CreateOutcome.Created);
        Assert.Equal(49, outcomes.Count(outcome => outcome == CreateOutcome.LoginTaken));
        var winner = ids[Array.IndexOf(outcomes, CreateOutcome.Created)];
        Assert.Equal([winner], (await Store.LoadAsync(ids, default)).Select(identity => identity.Id));
        AssertLogins(await LoadAsync(winner), Google("1"), Facebook("1"));
    }

    [Fact]
    public async Task Of_many_concurrent_links_on_one_version_exactly_one_wins()
    {
        var pool = await NewPoolAsync();
        var guest = await CreatedAsync(pool);

        var outcomes = await AllAsync(Enumerable.Range(0, 20).Select(i =>
            Store.TryLinkAsync(new LinkDecision.Link(guest, [Developer($"{i}")], []), Later, default)));

        Assert.Single(outcomes, true);
        AssertLogins(await LoadAsync(guest.Id), Developer($"{Array.IndexOf(outcomes, true)}"));
    }

    [Fact]
    public async Task Concurrent_opposite_merges_do_not_deadlock_and_leave_one_owner()
    {
        var pool = await NewPoolAsync();
        for (var round = 0; round < 25; round++)
        {
            var (a, b) = (await CreatedAsync(pool, Google($"{round}")), await CreatedAsync(pool, Facebook($"{round}")));

            var outcomes = await AllAsync(Enumerable.Range(0, 6).Select(i =>
                Store.TryLinkAsync(i % 2 == 0 ? new LinkDecision.Link(a, [], [b]) : new LinkDecision.Link(b, [], [a]), Later, default)));

            Assert.Single(outcomes, true);
            var survivor = Array.IndexOf(outcomes, true) % 2 == 0 ? a : b;
            AssertLogins(await LoadAsync(survivor.Id), Google($"{round}"), Facebook($"{round}"));
            Assert.Equal(IdentityState.Disabled, (await LoadAsync(survivor == a ? b.Id : a.Id)).State);
        }
    }

    [Fact]
    public async Task Concurrent_creates_and_links_of_crossing_logins_do_not_deadlock()
    {
        var pool = await NewPoolAsync();
        var guests = new List<Identity>();
        for (var i = 0; i < 10; i++)
        {
            guests.Add(await CreatedAsync(pool));
        }

        Login[][] orders = [[Google("1"), Developer("1")], [Developer("1"), Google("1")]];
        var links = guests.Select((guest, i) => Store.TryLinkAsync(new LinkDecision.Link(guest, orders[i % 2], []), Later, default));
        var creates = orders.Concat(orders).Concat(orders).Select(CreateAsync);

        Assert.Single(await AllAsync(links.Concat(creates)), true);
        async ValueTask<bool> CreateAsync(Login[] logins) =>
            await Store.TryCreateAsync(NewId(), pool, logins, Later, default) == CreateOutcome.Created;

        Assert.Equal(await OwnerAsync(pool, Google("1")), await OwnerAsync(pool, Developer("1")));
    }

    private static Task<T[]> AllAsync<T>(IEnumerable<ValueTask<T>> calls) =>
        Task.WhenAll(calls.Select(call => call.AsTask())).WaitAsync(Patience);
}
