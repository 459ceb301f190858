using FederatedIdentity.Domain.Identities;
using static FederatedIdentity.UnitTests.Identities.Notation;

namespace FederatedIdentity.UnitTests.Identities;

/// <summary>The sentences of UnlinkIdentity and UnlinkDeveloperIdentity, one row each.</summary>
public sealed class UnlinkingTests
{
    [Theory]
    [InlineData("A=g:1 f:1", "g:1", "g", "remove g:1 then Authenticated")]
    [InlineData("A=g:1 f:1", "g:1", "f", "remove f:1 then Authenticated")] // The removed provider need not be proven itself.
    [InlineData("A=g:1 f:1", "g:1 t:1", "f", "remove f:1 then Authenticated")] // One linked login is proof enough.
    [InlineData("A=g:1 f:1", "f:1", "g f", "remove f:1 g:1 then Disabled")] // The last login disables.
    [InlineData("A=g:1", "g:1", "g g", "remove g:1 then Disabled")]
    [InlineData("A=g:1 dev:1", "g:1", "g", "remove g:1 then Authenticated")] // A developer user keeps it alive.
    [InlineData("A=g:1 dev:1", "g:1", "dev", "keep")] // Developer users go through the signed call only.
    [InlineData("A=g:1", "g:1", "f", "keep")] // Not linked: ignored.
    [InlineData("A=g:1", "g:1", "G", "keep")]
    [InlineData("A=g:1 f:1", "g:1", "t f", "remove f:1 then Authenticated")]
    [InlineData("A=g:1", "g:1", "", "keep")] // Nothing to remove.
    [InlineData("A=g:1", "g:2", "g", "refuse LoginsDoNotMatch")] // Another user of the provider proves nothing.
    [InlineData("A=g:1", "", "g", "refuse LoginsDoNotMatch")]
    [InlineData("A", "g:1", "g", "refuse LoginsDoNotMatch")] // A guest has no login to prove.
    [InlineData("A!", "g:1", "g", "refuse Forbidden")]
    public void UnlinkIdentity(string identity, string presented, string providers, string expected) => Assert.Equal(
        expected,
        Told(Unlinking.Decide(Parse(identity), ParseLogins(presented), providers.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    [Theory]
    [InlineData("A=dev:1 dev:2", "dev:1", "remove dev:1 then Authenticated")] // One identifier, not all of the provider.
    [InlineData("A=dev:1 g:1", "dev:1", "remove dev:1 then Authenticated")]
    [InlineData("A=dev:1", "dev:1", "remove dev:1 then Disabled")] // No login remains.
    [InlineData("A=dev:1", "dev:2", "not linked")]
    [InlineData("A=g:1", "g:1", "not linked")] // Not a developer user.
    [InlineData("A", "dev:1", "not linked")]
    [InlineData("A!", "dev:1", "not linked")]
    public void UnlinkDeveloperIdentity(string identity, string user, string expected) =>
        Assert.Equal(expected, Told(Unlinking.Decide(Parse(identity), ParseLogin(user))));

    [Fact]
    public void A_removal_names_the_version_it_was_decided_on()
    {
        var identity = Parse("A=g:1") with { Version = 7 };

        Assert.Same(identity, Assert.IsType<UnlinkDecision.Remove>(Unlinking.Decide(identity, identity.Logins, ["g"])).Identity);
    }

    private static string Told(UnlinkDecision decision) => decision switch
    {
        UnlinkDecision.Keep => "keep",
        UnlinkDecision.NotLinked => "not linked",
        UnlinkDecision.Refuse refuse => $"refuse {refuse.Refusal}",
        UnlinkDecision.Remove remove =>
            $"remove {string.Join(' ', remove.Logins.Select(login => $"{login.Provider}:{login.Subject}"))} then {remove.Next}",
        _ => throw new InvalidOperationException($"{decision}"),
    };
}
