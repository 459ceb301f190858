using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>The pool that the users of a rehearsal visit, and where new users come from.</summary>
internal sealed class Stage(string identityPoolId, TokenMint mint, TokenMint secondMint)
{
    public const string DeveloperProvider = "backend";

    private const int DeveloperUsers = 2000;

    private int _users;
    private int _raced;

    public string IdentityPoolId => identityPoolId;

    public User NewUser(bool second = false) => new(second ? secondMint : mint, $"user {Interlocked.Increment(ref _users)}");

    /// <summary>The same new user for so many callers in a row.</summary>
    public User RacedUser(int callers) => new(mint, $"raced {Interlocked.Increment(ref _raced) / callers}");

    /// <summary>A token that says to be of another issuer.</summary>
    public string Token(string issuer) => mint.Token("stranger", issuer);

    public static string DeveloperUser(Random random) => $"employee {random.Next(DeveloperUsers)}";
}
