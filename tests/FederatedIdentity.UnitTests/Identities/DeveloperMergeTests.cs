using FederatedIdentity.Domain.Identities;
using static FederatedIdentity.UnitTests.Identities.Notation;

namespace FederatedIdentity.UnitTests.Identities;

/// <summary>The sentences of MergeDeveloperIdentities, one row each.</summary>
public sealed class DeveloperMergeTests
{
    [Theory]
    [InlineData("A=dev:1;B=dev:2", "link B - A")] // The destination survives, although younger.
    [InlineData("B=dev:1;A=dev:2", "link A - B")]
    [InlineData("A=dev:1 dev:3 g:1;B=dev:2 f:1", "link B - A")] // Developer and public logins move.
    [InlineData("A=dev:1 dev:2", "keep A")] // Already the same identity: success, no change.
    [InlineData("A=dev:1 g:1;B=dev:2 g:2", "refuse ProviderConflict")] // The same public provider as different users.
    [InlineData("B=dev:2", "nobody owns 1")] // Unknown source.
    [InlineData("A=dev:1", "nobody owns 2")] // Unknown destination.
    [InlineData("", "nobody owns 1")]
    [InlineData("A!;B=dev:2", "nobody owns 1")] // Disabled after it was looked up.
    [InlineData("A=dev:3;B=dev:2", "nobody owns 1")]
    public void Two_developer_users(string owners, string expected)
    {
        Assert.Equal(expected, Decide("dev:1", "dev:2", ParseAll(owners)));
        Assert.Equal(expected, Decide("dev:1", "dev:2", [.. ParseAll(owners).Reverse()]));
    }

    [Theory]
    [InlineData(10, 10, "link B - A")]
    [InlineData(10, 11, "refuse TooManyLogins")]
    public void At_most_20_logins_in_total(int source, int destination, string expected) => Assert.Equal(
        expected,
        Decide("dev:1", "dev:101", [Parse("A=" + Developers(1, source)), Parse("B=" + Developers(101, destination))]));

    [Fact]
    public void Only_developer_users_can_be_merged()
    {
        Assert.Equal("nobody owns 1", Decide("g:1", "dev:2", ParseAll("A=g:1;B=dev:2")));
        Assert.Equal("nobody owns 1", Decide("dev:2", "g:1", ParseAll("A=g:1;B=dev:2")));
    }

    [Fact]
    public void A_user_merged_with_itself_stays() => Assert.Equal("keep A", Decide("dev:1", "dev:1", ParseAll("A=dev:1")));

    private static string Decide(string source, string destination, Identity[] owners) =>
        DeveloperMerge.Decide(ParseLogin(source), ParseLogin(destination), owners) switch
        {
            DeveloperMergeDecision.Keep keep => $"keep {keep.Identity}",
            DeveloperMergeDecision.Merge merge => Describe(merge.Link),
            DeveloperMergeDecision.NoOwner none => $"nobody owns {none.User.Subject}",
            DeveloperMergeDecision.Refuse refuse => $"refuse {refuse.Refusal}",
            var other => throw new InvalidOperationException($"{other}"),
        };
}
