using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;

#pragma warning disable CA1716 // "Shared" is a keyword of Visual Basic, in which nobody will call these tests.
namespace FederatedIdentity.Tests.Shared;
#pragma warning restore CA1716

/// <summary>What every identity store promises, whatever it is made of. A deriving class says how to get a store and a pool.</summary>
public abstract partial class IdentityStoreConformance
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Start.AddMinutes(5);

    public static TheoryData<string, string> SubjectsThatAreNotTheSame => new()
    {
        { "alice", "Alice" },
        { "alice", "alice " },
        { "alice", " alice" },
        { "caf\u00e9", "cafe\u0301" },
        { "stra\u00dfe", "strasse" },
        { "\u0131", "i" },
        { "a", "\uff41" },
        { "a\u200bb", "ab" },
        { "1", "01" },
    };

    public static TheoryData<string> SubjectsThatMustSurvive => new()
    {
        "\U0001F600\U0002070E",
        "it's \"quoted\" \\ {a,b} %_ $1 @p0; drop table identities; --",
        "NULL",
        new string('x', 255),
        new string('\u20ac', 255),
        "\U0010FFFF\uFFFD",
    };

    /// <summary>The store under test; the same one throughout a test.</summary>
    protected abstract IIdentityStore Store { get; }

    /// <summary>A pool that exists and is empty.</summary>
    protected abstract Task<PoolId> NewPoolAsync();

    /// <summary>The time of an identity's last change, which the port itself does not tell.</summary>
    protected abstract Task<DateTimeOffset> ModifiedAtAsync(IdentityId id);

    [Fact]
    public async Task Unknown_logins_have_no_owner()
    {
        var pool = await NewPoolAsync();

        Assert.Empty(await Store.OwnersAsync(pool, [Google("1"), Developer("1")], default));
        Assert.Empty(await Store.OwnersAsync(pool, [], default));
        Assert.Empty(await Store.OwnersAsync(UnknownPool(), [Google("1")], default));
    }

    [Fact]
    public async Task Created_without_logins_is_unauthenticated()
    {
        var pool = await NewPoolAsync();

        var guest = await CreatedAsync(pool);

        Assert.Equal((pool, IdentityState.Unauthenticated, Start), (guest.Pool, guest.State, guest.CreatedAt));
        Assert.Empty(guest.Logins);
    }

    [Fact]
    public async Task A_noted_use_makes_an_identity_used_and_changes_nothing_else()
    {
        var pool = await NewPoolAsync();
        var (guest, gone) = (await CreatedAsync(pool), NewId());
        Assert.InRange(guest.Unused, TimeSpan.Zero, TimeSpan.FromMinutes(5)); // Creation is use, whatever the time that was passed.

        Assert.Equal([guest.Id], await Store.NoteUsesAsync([guest.Id, gone], default));
        Assert.Empty(await Store.NoteUsesAsync([gone], default));

        var used = await LoadAsync(guest.Id);
        Assert.InRange(used.Unused, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        AssertSame(guest, used);
    }

    [Fact]
    public async Task Created_with_logins_is_authenticated_and_owns_them()
    {
        var pool = await NewPoolAsync();

        var identity = await CreatedAsync(pool, Google("1"), Developer("2"));

        Assert.Equal(IdentityState.Authenticated, identity.State);
        AssertLogins(identity, Google("1"), Developer("2"));
        Assert.Equal(
            new Dictionary<Login, IdentityId> { [Google("1")] = identity.Id, [Developer("2")] = identity.Id },
            await Store.OwnersAsync(pool, [Google("1"), Developer("2"), Google("3")], default));
    }

    [Fact]
    public async Task One_login_belongs_to_different_identities_in_different_pools()
    {
        var (here, there) = (await NewPoolAsync(), await NewPoolAsync());

        var first = await CreatedAsync(here, Google("1"));
        Assert.Empty(await Store.OwnersAsync(there, [Google("1")], default));
        var second = await CreatedAsync(there, Google("1"));

        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(first.Id, await OwnerAsync(here, Google("1")));
    }

    [Fact]
    public async Task Kind_and_provider_are_part_of_a_login()
    {
        var pool = await NewPoolAsync();
        var login = new Login(LoginKind.Public, "a.example", "1");
        Login[] logins = [login, login with { Kind = LoginKind.Developer }, login with { Provider = "A.example" }];

        var ids = new List<IdentityId>();
        foreach (var each in logins)
        {
            ids.Add((await CreatedAsync(pool, each)).Id);
        }

        var owners = await Store.OwnersAsync(pool, logins, default);
        Assert.Equal(ids, logins.Select(each => owners[each]));
    }

    [Fact]
    public async Task A_taken_login_leaves_nothing_behind()
    {
        var pool = await NewPoolAsync();
        var owner = await CreatedAsync(pool, Google("1"));
        var id = NewId();

        Assert.Equal(CreateOutcome.LoginTaken, await Store.TryCreateAsync(id, pool, [Facebook("2"), Google("1")], Later, default));

        Assert.Empty(await Store.LoadAsync([id], default));
        Assert.Null(await OwnerAsync(pool, Facebook("2")));
        AssertSame(owner, await LoadAsync(owner.Id));
    }

    [Fact]
    public async Task An_unknown_pool_gets_no_identity()
    {
        var (guest, user) = (NewId(), NewId());

        Assert.Equal(CreateOutcome.PoolNotFound, await Store.TryCreateAsync(guest, UnknownPool(), [], Start, default));
        Assert.Equal(CreateOutcome.PoolNotFound, await Store.TryCreateAsync(user, UnknownPool(), [Google("1")], Start, default));

        Assert.Empty(await Store.LoadAsync([guest, user], default));
    }

    [Fact]
    public async Task Unknown_identities_are_left_out()
    {
        var pool = await NewPoolAsync();
        var (guest, user) = (await CreatedAsync(pool), await CreatedAsync(pool, Google("1")));

        var loaded = await Store.LoadAsync([NewId(), guest.Id, new IdentityId("not an id"), user.Id], default);

        Assert.Equal(new HashSet<IdentityId> { guest.Id, user.Id }, loaded.Select(identity => identity.Id).ToHashSet());
        Assert.Equal(2, loaded.Count);
        Assert.Empty(await Store.LoadAsync([], default));
    }

    [Theory]
    [MemberData(nameof(SubjectsThatAreNotTheSame))]
    public async Task Subjects_are_compared_ordinally(string subject, string other)
    {
        var pool = await NewPoolAsync();
        var identity = await CreatedAsync(pool, Google(subject), Developer(subject));

        Assert.Empty(await Store.OwnersAsync(pool, [Google(other), Developer(other)], default));
        var second = await CreatedAsync(pool, Google(other), Developer(other));

        Assert.Equal(identity.Id, await OwnerAsync(pool, Google(subject)));
        Assert.Equal(second.Id, await OwnerAsync(pool, Google(other)));
    }

    [Theory]
    [MemberData(nameof(SubjectsThatMustSurvive))]
    public async Task Subjects_come_back_as_they_were(string subject)
    {
        var pool = await NewPoolAsync();

        var identity = await CreatedAsync(pool, Google(subject), Developer(subject));

        AssertLogins(identity, Google(subject), Developer(subject));
        Assert.Equal(identity.Id, await OwnerAsync(pool, Google(subject)));
        Assert.Equal(CreateOutcome.LoginTaken, await Store.TryCreateAsync(NewId(), pool, [Google(subject)], Later, default));
    }

    [Fact]
    public async Task A_developer_user_may_have_1024_characters()
    {
        var pool = await NewPoolAsync();
        Login[] logins = [Developer(new string('\u20ac', 1024)), Developer(new string('\u20ac', 1023) + "x")];

        var identity = await CreatedAsync(pool, logins);

        AssertLogins(identity, logins);
    }

    [Fact]
    public async Task Twenty_logins_fit_on_one_identity()
    {
        var pool = await NewPoolAsync();
        Login[] logins = [.. Enumerable.Range(0, Identity.MaxLogins).Select(i => new Login(LoginKind.Public, $"p{i}.example", "1"))];

        var created = await CreatedAsync(pool, logins);
        var linked = await CreatedAsync(pool);
        Login[] more = [.. logins.Select(login => login with { Subject = "2" })];

        Assert.True(await Store.TryLinkAsync(new LinkDecision.Link(linked, more, []), Later, default));
        AssertLogins(await LoadAsync(created.Id), logins);
        AssertLogins(await LoadAsync(linked.Id), more);
    }

    [Fact]
    public async Task Linking_a_guest_keeps_its_id_and_changes_version_and_modified()
    {
        var pool = await NewPoolAsync();
        var guest = await CreatedAsync(pool);
        Assert.Equal(Start, await ModifiedAtAsync(guest.Id));

        Assert.True(await Store.TryLinkAsync(new LinkDecision.Link(guest, [Google("1")], []), Later, default));

        var linked = await LoadAsync(guest.Id);
        Assert.Equal((IdentityState.Authenticated, Start), (linked.State, linked.CreatedAt));
        Assert.NotEqual(guest.Version, linked.Version);
        Assert.Equal(Later, await ModifiedAtAsync(guest.Id));
        AssertLogins(linked, Google("1"));
        Assert.Equal(guest.Id, await OwnerAsync(pool, Google("1")));
    }

    [Fact]
    public async Task Linking_on_an_old_version_writes_nothing()
    {
        var pool = await NewPoolAsync();
        var old = await CreatedAsync(pool, Google("1"));
        var rival = await CreatedAsync(pool, Facebook("2"));
        Assert.True(await Store.TryLinkAsync(new LinkDecision.Link(old, [Developer("3")], []), Later, default));
        var current = await LoadAsync(old.Id);

        Assert.False(await Store.TryLinkAsync(new LinkDecision.Link(old, [Developer("4")], []), Later, default));
        Assert.False(await Store.TryLinkAsync(new LinkDecision.Link(rival, [Developer("4")], [old]), Later, default));

        Assert.Null(await OwnerAsync(pool, Developer("4")));
        AssertSame(current, await LoadAsync(old.Id));
        AssertSame(rival, await LoadAsync(rival.Id));
    }

    [Fact]
    public async Task Linking_a_taken_login_writes_nothing()
    {
        var pool = await NewPoolAsync();
        var owner = await CreatedAsync(pool, Google("1"));
        var (survivor, absorbed) = (await CreatedAsync(pool, Facebook("2")), await CreatedAsync(pool, Developer("3")));

        Assert.False(await Store.TryLinkAsync(new LinkDecision.Link(survivor, [Developer("4"), Google("1")], [absorbed]), Later, default));

        Assert.Null(await OwnerAsync(pool, Developer("4")));
        foreach (var identity in new[] { owner, survivor, absorbed })
        {
            AssertSame(identity, await LoadAsync(identity.Id));
            Assert.Equal(Start, await ModifiedAtAsync(identity.Id));
        }
    }

    [Fact]
    public async Task Linking_an_identity_that_does_not_exist_writes_nothing()
    {
        var pool = await NewPoolAsync();
        var real = await CreatedAsync(pool, Google("1"));
        var ghost = real with { Id = NewId(), Logins = [] };

        Assert.False(await Store.TryLinkAsync(new LinkDecision.Link(ghost, [Facebook("2")], []), Later, default));
        Assert.False(await Store.TryLinkAsync(new LinkDecision.Link(real, [Facebook("2")], [ghost]), Later, default));

        Assert.Null(await OwnerAsync(pool, Facebook("2")));
        AssertSame(real, await LoadAsync(real.Id));
    }

    [Fact]
    public async Task Merging_moves_all_logins_and_disables_the_absorbed()
    {
        var pool = await NewPoolAsync();
        var survivor = await CreatedAsync(pool, Google("1"));
        var (user, another) = (await CreatedAsync(pool, Facebook("2"), Developer("a")), await CreatedAsync(pool, Developer("b")));
        Identity[] absorbed = [user, another, await CreatedAsync(pool)];
        Login[] all = [Google("1"), Facebook("2"), Developer("a"), Developer("b"), Developer("c")];

        Assert.True(await Store.TryLinkAsync(new LinkDecision.Link(survivor, [Developer("c")], absorbed), Later, default));

        var owners = await Store.OwnersAsync(pool, all, default);
        Assert.Equal(all.Select(_ => survivor.Id), all.Select(login => owners[login]));
        var merged = await LoadAsync(survivor.Id);
        AssertLogins(merged, all);
        Assert.NotEqual(survivor.Version, merged.Version);
        foreach (var before in absorbed)
        {
            var after = await LoadAsync(before.Id);
            Assert.Equal(IdentityState.Disabled, after.State);
            Assert.Empty(after.Logins);
            Assert.NotEqual(before.Version, after.Version);
            Assert.Equal(Later, await ModifiedAtAsync(before.Id));
        }
    }

    [Fact]
    public async Task A_guest_merges_into_an_owner()
    {
        var pool = await NewPoolAsync();
        var (guest, owner) = (await CreatedAsync(pool), await CreatedAsync(pool, Google("1")));

        Assert.True(await Store.TryLinkAsync(new LinkDecision.Link(owner, [], [guest]), Later, default));

        Assert.Equal(IdentityState.Disabled, (await LoadAsync(guest.Id)).State);
        AssertLogins(await LoadAsync(owner.Id), Google("1"));
    }

    private static Login Google(string subject) => new(LoginKind.Public, "accounts.google.com", subject);

    private static Login Facebook(string subject) => new(LoginKind.Public, "graph.facebook.com", subject);

    private static Login Developer(string subject) => new(LoginKind.Developer, "login.example", subject);

    private static IdentityId NewId() => new($"local-1:{Guid.NewGuid()}");

    private static PoolId UnknownPool() => new($"local-1:{Guid.NewGuid()}");

    private static void AssertLogins(Identity identity, params Login[] expected) =>
        Assert.Equal(expected.Order(Login.WriteOrder), identity.Logins.Order(Login.WriteOrder));

    private static void AssertSame(Identity expected, Identity actual)
    {
        Assert.Equal(expected with { Logins = [], Unused = default }, actual with { Logins = [], Unused = default }); // Time goes by.
        AssertLogins(actual, [.. expected.Logins]);
    }

    private async Task<Identity> CreatedAsync(PoolId pool, params Login[] logins)
    {
        var id = NewId();
        Assert.Equal(CreateOutcome.Created, await Store.TryCreateAsync(id, pool, logins, Start, default));
        return await LoadAsync(id);
    }

    private async Task<Identity> LoadAsync(IdentityId id) => Assert.Single(await Store.LoadAsync([id], default));

    private async Task<IdentityId?> OwnerAsync(PoolId pool, Login login) =>
        (await Store.OwnersAsync(pool, [login], default)).TryGetValue(login, out var owner) ? owner : null;
}
