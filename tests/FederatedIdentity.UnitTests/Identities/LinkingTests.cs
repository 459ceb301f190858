using FederatedIdentity.Domain.Identities;
using static FederatedIdentity.UnitTests.Identities.Notation;

namespace FederatedIdentity.UnitTests.Identities;

/// <summary>One row for each row of the linking rules: who is there, what is presented, what must happen.</summary>
public sealed class LinkingTests
{
    [Theory]
    [InlineData("", "", "create")] // Without logins: a new identity on every call.
    [InlineData("g:1", "", "create")]
    [InlineData("g:1 f:1 dev:1 dev:2", "", "create")]
    [InlineData("g:1", "A=g:1", "keep A")]
    [InlineData("f:1 g:1", "A=g:1 f:1 t:1", "keep A")]
    [InlineData("g:1 g:1", "A=g:1", "keep A")] // One login, presented twice.
    [InlineData("g:1 f:1", "A=g:1", "link A + f:1")]
    [InlineData("t:1 g:1 f:1", "A=g:1", "link A + f:1 t:1")]
    [InlineData("g:1 dev:2", "A=g:1 dev:1", "link A + dev:2")]
    [InlineData("g:1 f:2", "A=g:1 f:1", "refuse ProviderConflict")]
    [InlineData("g:1 g:2", "", "refuse ProviderConflict")]
    [InlineData("g:1 g:2", "A=g:1", "refuse ProviderConflict")]
    [InlineData("g:1 g:2", "A=g:1;B=g:2", "refuse ProviderConflict")]
    [InlineData("g:1 f:1", "B=g:1;A=f:1", "link A - B")] // The oldest survives.
    [InlineData("g:1 f:1 t:1 x:1", "C=g:1;B=f:1;D=t:1", "link B + x:1 - C D")]
    [InlineData("g:1 f:1", "A=g:1 t:1;B=f:1 t:2", "refuse ProviderConflict")]
    [InlineData("g:1 f:1", "A=g:1 dev:1;B=f:1 dev:2", "link A - B")]
    [InlineData("g:1 f:1 t:2", "A=g:1;B=f:1 t:1", "refuse ProviderConflict")] // The new login clashes with the absorbed.
    [InlineData("dev:1 g:1", "A=g:1;B=dev:1", "link A - B")]
    public void No_identity_given(string presented, string owners, string expected) => AssertDecision(null, presented, owners, expected);

    [Theory]
    [InlineData("A!", "", "", "refuse Forbidden")] // disabled | any
    [InlineData("A!", "g:1", "", "refuse Forbidden")]
    [InlineData("A!", "g:1", "B=g:1", "refuse Forbidden")]
    [InlineData("A=g:1", "", "", "refuse Forbidden")] // authenticated | none
    [InlineData("A", "", "", "keep A")] // unauthenticated | none
    [InlineData("A", "g:1 f:1", "", "link A + f:1 g:1")] // unauthenticated | all unowned
    [InlineData("A", "dev:1", "", "link A + dev:1")]
    [InlineData("A", "g:1 g:2", "", "refuse ProviderConflict")]
    [InlineData("A", "g:1", "B=g:1", "link B - A")] // unauthenticated | some owned by B
    [InlineData("A", "g:1 f:1", "B=g:1", "link B + f:1 - A")]
    [InlineData("A", "g:1 f:1 t:1", "C=g:1;B=f:1", "link B + t:1 - A C")]
    [InlineData("A", "g:1 f:2", "B=g:1 f:1", "refuse ProviderConflict")]
    [InlineData("A=g:1", "f:1", "", "refuse LoginsDoNotMatch")] // authenticated | none linked to G
    [InlineData("A=g:1", "g:2", "", "refuse LoginsDoNotMatch")] // Other user of the same provider with a cached id.
    [InlineData("A=g:1", "g:2 g:3", "", "refuse LoginsDoNotMatch")]
    [InlineData("A=g:1", "f:1", "B=f:1", "refuse LoginsDoNotMatch")]
    [InlineData("A=g:1", "dev:1", "", "refuse LoginsDoNotMatch")] // Although the call is signed.
    [InlineData("A=g:1", "g:1", "", "keep A")]
    [InlineData("A=g:1", "g:1", "A=g:1", "keep A")]
    [InlineData("A=g:1 f:1", "g:1", "", "keep A")]
    [InlineData("B=f:1", "f:1 g:1", "A=f:1 g:1", "link B - A")] // f:1 moved between two reads: no conflict, the write finds out.
    [InlineData("A=g:1", "f:1 g:1", "A=g:1", "link A + f:1")] // authenticated | one linked to G, others unowned
    [InlineData("A=dev:1", "dev:1 dev:2", "", "link A + dev:2")]
    [InlineData("A=g:1 f:1", "g:1 f:2", "", "refuse ProviderConflict")] // authenticated | provider on G with another user
    [InlineData("A=g:1 f:1", "g:1 f:2", "B=f:2", "refuse ProviderConflict")]
    [InlineData("B=g:1", "g:1 f:1", "A=f:1;B=g:1", "link B - A")] // authenticated | another owned: the given survives, though younger
    [InlineData("B=g:1", "g:1 f:1 t:1 x:1", "C=t:1;A=f:1", "link B + x:1 - A C")]
    [InlineData("A=g:1 t:1", "g:1 f:1", "B=f:1 t:2", "refuse ProviderConflict")]
    [InlineData("A=g:1 dev:1", "g:1 f:1", "B=f:1 dev:2", "link A - B")] // Developer logins move as well.
    [InlineData("A", "dev:1", "B=dev:1", "refuse DeveloperLoginTaken")] // Registered under a different identity.
    [InlineData("A", "dev:1 g:1", "B=dev:1;C=g:1", "refuse DeveloperLoginTaken")]
    [InlineData("A=g:1", "dev:1", "B=dev:1", "refuse DeveloperLoginTaken")]
    [InlineData("A=g:1", "g:1 dev:1", "B=dev:1", "refuse DeveloperLoginTaken")]
    [InlineData("A!", "dev:1", "B=dev:1", "refuse Forbidden")]
    [InlineData("A", "dev:1 g:1", "B=g:1", "link B + dev:1 - A")] // A public login of the signed call merges.
    public void An_identity_is_given(string given, string presented, string owners, string expected) =>
        AssertDecision(Parse(given), presented, owners, expected);

    [Theory]
    [InlineData("g:1", "A!", "create")] // Disabled after its login was looked up.
    [InlineData("g:1", "A", "create")]
    [InlineData("g:1", "A=f:1", "create")] // Lost the login in the meantime.
    [InlineData("g:1 f:1", "A!;B=f:1", "link B + g:1")] // The store refuses, for g:1 is somewhere else by now.
    public void An_owner_that_can_only_be_a_stale_read_is_left_out(string presented, string owners, string expected) =>
        AssertDecision(null, presented, owners, expected);

    [Fact]
    public void Of_owners_of_one_age_the_lower_id_survives()
    {
        var (a, b) = (Parse("A=g:1") with { CreatedAt = RecordingClock.Start }, Parse("B=f:1") with { CreatedAt = RecordingClock.Start });

        Assert.Equal("link A - B", Describe(Linking.Decide(null, [.. a.Logins, .. b.Logins], [b, a])));
    }

    [Theory]
    [InlineData(19, 1, "link A + f:1")]
    [InlineData(20, 1, "refuse TooManyLogins")]
    public void At_most_20_logins_by_linking(int held, int fresh, string expected)
    {
        var given = Parse("A=" + Developers(1, held));
        Login[] presented = [given.Logins[0], .. ParseLogins(fresh == 1 ? "f:1" : "")];

        Assert.Equal(expected, Describe(Linking.Decide(given, presented, [])));
    }

    [Theory]
    [InlineData(10, 10, "link A - B")]
    [InlineData(10, 11, "refuse TooManyLogins")]
    public void At_most_20_logins_by_merging(int here, int there, string expected)
    {
        var (a, b) = (Parse("A=g:1 " + Developers(1, here - 1)), Parse("B=f:1 " + Developers(101, there - 1)));

        Assert.Equal(expected, Describe(Linking.Decide(a, ParseLogins("g:1 f:1"), [b])));
        Assert.Equal(expected, Describe(Linking.Decide(null, ParseLogins("g:1 f:1"), [b, a])));
    }

    [Theory]
    [InlineData(20, "create")]
    [InlineData(21, "refuse TooManyLogins")]
    public void At_most_20_logins_by_creating(int presented, string expected) =>
        Assert.Equal(expected, Describe(Linking.Decide(null, ParseLogins(Developers(1, presented)), [])));

    [Fact]
    public void A_link_names_the_versions_it_was_decided_on()
    {
        var (a, b) = (Parse("A=g:1") with { Version = 7 }, Parse("B=f:1") with { Version = 9 });

        var link = Assert.IsType<LinkDecision.Link>(Linking.Decide(a, ParseLogins("g:1 f:1"), [a with { Version = 8 }, b]));

        Assert.Same(a, link.Survivor);
        Assert.Same(b, Assert.Single(link.Absorbed));
    }

    private static void AssertDecision(Identity? given, string presented, string owners, string expected)
    {
        var logins = ParseLogins(presented);
        var parsed = ParseAll(owners);

        Assert.Equal(expected, Describe(Linking.Decide(given, logins, parsed)));
        Assert.Equal(expected, Describe(Linking.Decide(given, [.. logins.Reverse()], [.. parsed.Reverse()])));
    }

    private static string Developers(int first, int count) => string.Join(' ', Enumerable.Range(first, count).Select(i => $"dev:{i}"));
}
