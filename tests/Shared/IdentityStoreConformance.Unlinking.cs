using FederatedIdentity.Domain.Identities;

#pragma warning disable CA1716 // "Shared" is a keyword of Visual Basic, in which nobody will call these tests.
namespace FederatedIdentity.Tests.Shared;
#pragma warning restore CA1716

// What becomes of logins that are taken off an identity.
public abstract partial class IdentityStoreConformance
{
    [Fact]
    public async Task An_unlinked_login_has_no_owner_and_the_others_stay()
    {
        var pool = await NewPoolAsync();
        var before = await CreatedAsync(pool, Google("1"), Facebook("2"), Developer("a"), Developer("b"));

        Assert.True(await Store.TryUnlinkAsync(Removal(before, Facebook("2"), Developer("a")), Later, default));

        var after = await LoadAsync(before.Id);
        Assert.Equal((IdentityState.Authenticated, Start), (after.State, after.CreatedAt));
        Assert.NotEqual(before.Version, after.Version);
        Assert.Equal(Later, await ModifiedAtAsync(before.Id));
        AssertLogins(after, Google("1"), Developer("b"));
        Assert.Equal(
            [Developer("b"), Google("1")],
            (await Store.OwnersAsync(pool, [.. before.Logins], default)).Keys.OrderByDescending(login => login.Kind));
    }

    [Fact]
    public async Task An_identity_that_loses_its_last_login_is_disabled_and_the_login_is_free()
    {
        var pool = await NewPoolAsync();
        var before = await CreatedAsync(pool, Google("1"), Developer("a"));

        Assert.True(await Store.TryUnlinkAsync(Removal(before, Google("1"), Developer("a")), Later, default));

        var after = await LoadAsync(before.Id);
        Assert.Equal(IdentityState.Disabled, after.State);
        Assert.Empty(after.Logins);
        var fresh = await CreatedAsync(pool, Google("1"), Developer("a"));
        Assert.Equal(fresh.Id, await OwnerAsync(pool, Google("1")));
        Assert.Empty((await LoadAsync(before.Id)).Logins);
    }

    [Fact]
    public async Task Unlinking_on_an_old_version_writes_nothing()
    {
        var pool = await NewPoolAsync();
        var old = await CreatedAsync(pool, Google("1"), Facebook("2"));
        Assert.True(await Store.TryLinkAsync(new LinkDecision.Link(old, [Developer("3")], []), Start, default));
        var current = await LoadAsync(old.Id);

        Assert.False(await Store.TryUnlinkAsync(Removal(old, Google("1")), Later, default));

        AssertSame(current, await LoadAsync(old.Id));
        Assert.Equal(Start, await ModifiedAtAsync(old.Id));
        Assert.Equal(old.Id, await OwnerAsync(pool, Google("1")));
    }

    [Fact]
    public async Task Unlinking_from_an_identity_that_does_not_exist_writes_nothing()
    {
        var pool = await NewPoolAsync();
        var real = await CreatedAsync(pool, Google("1"));

        Assert.False(await Store.TryUnlinkAsync(Removal(real with { Id = NewId() }, Google("1")), Later, default));

        AssertSame(real, await LoadAsync(real.Id));
        Assert.Equal(real.Id, await OwnerAsync(pool, Google("1")));
    }

    [Fact]
    public async Task A_login_of_the_same_name_elsewhere_is_left_alone()
    {
        var (pool, otherPool) = (await NewPoolAsync(), await NewPoolAsync());
        var login = new Login(LoginKind.Public, "login.example", "1");
        var identity = await CreatedAsync(pool, login, Google("1"));
        Identity[] others =
        [
            await CreatedAsync(otherPool, login),
            await CreatedAsync(pool, Developer("1")),
            await CreatedAsync(pool, login with { Subject = "2" }),
        ];

        Assert.True(await Store.TryUnlinkAsync(Removal(identity, login), Later, default));

        foreach (var other in others)
        {
            AssertSame(other, await LoadAsync(other.Id));
        }
    }

    [Theory]
    [MemberData(nameof(SubjectsThatMustSurvive))]
    public async Task Subjects_of_any_kind_can_be_unlinked(string subject)
    {
        var pool = await NewPoolAsync();
        var identity = await CreatedAsync(pool, Google(subject), Developer(subject));

        Assert.True(await Store.TryUnlinkAsync(Removal(identity, Google(subject)), Later, default));

        AssertLogins(await LoadAsync(identity.Id), Developer(subject));
    }

    [Fact]
    public async Task Of_many_concurrent_unlinks_and_links_on_one_version_exactly_one_wins()
    {
        var pool = await NewPoolAsync();
        for (var round = 0; round < 10; round++)
        {
            var identity = await CreatedAsync(pool, Google($"{round}"), Developer($"{round}"));
            var other = await CreatedAsync(pool, Facebook($"{round}"));

            var outcomes = await AllAsync(Enumerable.Range(0, 9).Select(i => (i % 3) switch
            {
                0 => Store.TryUnlinkAsync(Removal(identity, Google($"{round}")), Later, default),
                1 => Store.TryUnlinkAsync(Removal(identity, Developer($"{round}")), Later, default),
                _ => Store.TryLinkAsync(new LinkDecision.Link(other, [], [identity]), Later, default),
            }));

            Assert.Single(outcomes, true);
            var (left, merged) = (await LoadAsync(identity.Id), await LoadAsync(other.Id));
            var kind = Array.IndexOf(outcomes, true) % 3;
            AssertLogins(left, kind == 0 ? [Developer($"{round}")] : kind == 1 ? [Google($"{round}")] : []);
            Assert.Equal(kind == 2 ? 3 : 1, merged.Logins.Count);
        }
    }

    private static UnlinkDecision.Remove Removal(Identity identity, params Login[] logins) => new(
        identity, logins, identity.Logins.Count == logins.Length ? IdentityState.Disabled : IdentityState.Authenticated);
}
