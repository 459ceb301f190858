namespace FederatedIdentity.Domain.Identities;

/// <summary>What must happen so that an identity loses logins.</summary>
public abstract record UnlinkDecision
{
    private UnlinkDecision() { }

    /// <summary>None of them is on the identity; nothing is written.</summary>
    public sealed record Keep : UnlinkDecision;

    /// <summary>
    /// <paramref name="Identity"/>, as it was read, loses <paramref name="Logins"/> and takes the state <paramref name="Next"/>:
    /// disabled for good when none remains. A removed login is a new one the next time it is presented.
    /// </summary>
    public sealed record Remove(Identity Identity, IReadOnlyList<Login> Logins, IdentityState Next) : UnlinkDecision
    {
        /// <summary>Whether all is as this wants it, given the identity as it is now: for one whose attempt was not answered.</summary>
        public bool IsCarriedOut(Identity now) => now.State == Next && !Logins.Any(now.Owns);
    }

    /// <summary>The developer user is not on the identity.</summary>
    public sealed record NotLinked : UnlinkDecision;

    /// <summary>The caller did not prove that the identity is theirs.</summary>
    public sealed record Refuse(LinkRefusal Refusal) : UnlinkDecision;
}

/// <summary>Decides UnlinkIdentity and UnlinkDeveloperIdentity. Pure.</summary>
public static class Unlinking
{
    /// <summary>
    /// UnlinkIdentity: one of the <paramref name="presented"/> logins must be on the identity; then the public logins of the named
    /// <paramref name="providers"/> go, proven or not, and providers that are not linked are ignored (COGNITO-IDENTITY 12 #7).
    /// </summary>
    public static UnlinkDecision Decide(Identity identity, IReadOnlyList<Login> presented, IReadOnlyCollection<string> providers)
    {
        if (identity.State == IdentityState.Disabled)
        {
            return new UnlinkDecision.Refuse(LinkRefusal.Forbidden);
        }

        if (!presented.Any(identity.Owns))
        {
            return new UnlinkDecision.Refuse(LinkRefusal.LoginsDoNotMatch);
        }

        Login[] removed = [.. identity.Logins.Where(login =>
            login.Kind == LoginKind.Public && providers.Contains(login.Provider, StringComparer.Ordinal))];
        return removed.Length == 0 ? new UnlinkDecision.Keep() : Remove(identity, removed);
    }

    /// <summary>UnlinkDeveloperIdentity: exactly this user goes. The call is signed, so there is nothing to prove.</summary>
    public static UnlinkDecision Decide(Identity identity, Login developerUser) =>
        developerUser.Kind == LoginKind.Developer && identity.Owns(developerUser)
            ? Remove(identity, [developerUser])
            : new UnlinkDecision.NotLinked();

    private static UnlinkDecision.Remove Remove(Identity identity, Login[] removed) => new(
        identity,
        [.. removed.Order(Login.WriteOrder)],
        identity.Logins.Count == removed.Length ? IdentityState.Disabled : IdentityState.Authenticated);
}
