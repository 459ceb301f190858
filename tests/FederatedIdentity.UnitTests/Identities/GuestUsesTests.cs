using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Tests.Shared;
using FederatedIdentity.UnitTests.Operations;

namespace FederatedIdentity.UnitTests.Identities;

public sealed class GuestUsesTests
{
    private static readonly Pool Forgets = OnePool.Named("pool", guests: true) with { GuestRetentionDays = 30 };
    private static readonly Pool Keeps = OnePool.Named("pool", guests: true);

    private readonly InMemoryIdentityStore _store = new();
    private readonly GuestUses _uses;

    public GuestUsesTests()
    {
        _store.AddPool(Forgets.Id);
        _uses = new GuestUses(_store);
    }

    [Fact]
    public async Task A_use_is_noted_in_memory_and_written_later_once()
    {
        var guest = await GuestAsync(unused: TimeSpan.FromDays(3));

        Assert.True(await _uses.NoteAsync(guest, Forgets, default));
        Assert.True(await _uses.NoteAsync(guest, Forgets, default));
        Assert.Equal((0, 1), (Writes, _uses.Waiting));

        await _uses.WriteAsync(default);
        await _uses.WriteAsync(default);
        Assert.Equal((1, 0), (Writes, _uses.Waiting));
        Assert.Equal(TimeSpan.Zero, (await LoadAsync(guest.Id)).Unused);
    }

    [Fact]
    public async Task A_guest_whose_time_is_over_is_written_at_once_or_found_gone()
    {
        var guest = await GuestAsync(unused: TimeSpan.FromDays(30));
        Assert.True(await _uses.NoteAsync(guest, Forgets, default));
        Assert.Equal((1, 0), (Writes, _uses.Waiting));

        var never = await GuestAsync(unused: TimeSpan.MaxValue);
        _store.BeforeWrite = () =>
        {
            _store.Delete(never.Id);
            return Task.CompletedTask;
        };
        Assert.False(await _uses.NoteAsync(never, Forgets, default));
    }

    [Fact]
    public async Task What_need_not_be_noted_costs_nothing()
    {
        var recent = await GuestAsync(unused: GuestUses.Coarseness - TimeSpan.FromSeconds(1));
        var old = await GuestAsync(unused: TimeSpan.FromDays(99));

        Assert.True(await _uses.NoteAsync(recent, Forgets, default));
        Assert.True(await _uses.NoteAsync(old, Keeps, default));
        Assert.True(await _uses.NoteAsync(old with { State = IdentityState.Authenticated }, Forgets, default));

        Assert.Equal((0, 0), (Writes, _uses.Waiting));
    }

    [Fact]
    public async Task Notes_that_could_not_be_written_wait_and_too_many_do_not()
    {
        var guest = await GuestAsync(unused: TimeSpan.FromDays(3));
        await _uses.NoteAsync(guest, Forgets, default);
        _store.BeforeWrite = () => throw new TimeoutException();
        await Assert.ThrowsAsync<TimeoutException>(() => _uses.WriteAsync(default));
        Assert.Equal(1, _uses.Waiting);

        for (var n = 1; n < GuestUses.MostWaiting; n++)
        {
            await _uses.NoteAsync(guest with { Id = new IdentityId($"other-{n}") }, Forgets, default);
        }

        var writes = Writes;
        Assert.True(await _uses.NoteAsync(guest, Forgets, default));
        Assert.Equal((writes + 1, GuestUses.MostWaiting), (Writes, _uses.Waiting));
    }

    private int Writes => _store.Calls.Count(call => call == nameof(IIdentityStore.NoteUsesAsync));

    private async Task<Identity> GuestAsync(TimeSpan unused)
    {
        var id = new IdentityId($"{Guid.NewGuid()}");
        await _store.TryCreateAsync(id, Forgets.Id, [], DateTimeOffset.UnixEpoch, default);
        _store.Neglect(id, unused);
        return await LoadAsync(id);
    }

    private async Task<Identity> LoadAsync(IdentityId id) => Assert.Single(await _store.LoadAsync([id], default));
}
