namespace FederatedIdentity.Providers.UserPools;

/// <summary>Whether a user pool still stands by the user of a token that it signed.</summary>
internal abstract record Standing
{
    private Standing() { }

    public sealed record Good : Standing;

    /// <summary>The user is gone, switched off or signed out. <paramref name="Detail"/> is for the log and names nobody.</summary>
    public sealed record Lost(string Detail) : Standing;

    /// <summary>Nobody could say, so nobody gets in; that says nothing about the token.</summary>
    public sealed record Unknown(string Detail) : Standing;
}
