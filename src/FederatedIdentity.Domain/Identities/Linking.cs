namespace FederatedIdentity.Domain.Identities;

/// <summary>
/// Decides how presented logins come together on one identity. Pure: the same identities and logins, in any order, give the same
/// decision, and deciding again on its result is <see cref="LinkDecision.Keep"/>.
/// </summary>
public static class Linking
{
    /// <summary>
    /// <paramref name="given"/> is the identity the caller named, null for GetId; <paramref name="owners"/> are the identities that
    /// own a presented login. Whether the pool still allows guests is the caller's question.
    /// </summary>
    /// <remarks>
    /// COGNITO-IDENTITY 3.3 to 3.5, 12 #2 and #4. An owner that is not authenticated, or owns none of the presented logins, was
    /// read before another request changed it. It is left out: a decision that misses the true owner for that reason meets the
    /// unique login in the store, writes nothing and is made again on fresh reads.
    /// </remarks>
    public static LinkDecision Decide(Identity? given, IReadOnlyList<Login> presented, IReadOnlyList<Identity> owners)
    {
        var others = owners.Count == 0 ? [] : OthersOf(given, presented, owners);
        if (given is null)
        {
            return others is [var oldest, .. var younger] ? Unite(oldest, younger, presented) : Create(presented);
        }

        if (given.State == IdentityState.Disabled)
        {
            return new LinkDecision.Refuse(LinkRefusal.Forbidden);
        }

        // Only the signed developer operation can present one; there, a user of another identity is refused and never merged (12 #4).
        if (others.Length > 0 && IsDeveloperLoginTaken(presented, others))
        {
            return new LinkDecision.Refuse(LinkRefusal.DeveloperLoginTaken);
        }

        return given.State == IdentityState.Authenticated
            ? DecideForAuthenticated(given, presented, others)
            : DecideForGuest(given, presented, others);
    }

    private static Identity[] OthersOf(Identity? given, IReadOnlyList<Login> presented, IReadOnlyList<Identity> owners) =>
    [
        .. owners
            .Where(owner => owner.Id != given?.Id && owner.State == IdentityState.Authenticated && presented.Any(owner.Owns))
            .OrderBy(owner => owner.CreatedAt)
            .ThenBy(owner => owner.Id.Value, StringComparer.Ordinal),
    ];

    private static bool IsDeveloperLoginTaken(IReadOnlyList<Login> presented, Identity[] others) =>
        presented.Any(login => login.Kind == LoginKind.Developer && Array.Exists(others, other => other.Owns(login)));

    private static LinkDecision DecideForAuthenticated(Identity given, IReadOnlyList<Login> presented, Identity[] others)
    {
        if (presented.Count == 0)
        {
            return new LinkDecision.Refuse(LinkRefusal.Forbidden);
        }

        return presented.Any(given.Owns)
            ? Unite(given, others, presented)
            : new LinkDecision.Refuse(LinkRefusal.LoginsDoNotMatch);
    }

    // A guest has nothing that others know it by, so it gives way to whoever owns a login already.
    private static LinkDecision DecideForGuest(Identity guest, IReadOnlyList<Login> presented, Identity[] others) =>
        others is [var oldest, .. var younger] ? Unite(oldest, [guest, .. younger], presented) : Unite(guest, [], presented);

    private static LinkDecision Create(IReadOnlyList<Login> presented) =>
        presented.Count > 1 && Objection([.. presented.Distinct()]) is { } refusal
            ? new LinkDecision.Refuse(refusal)
            : new LinkDecision.Create();

    private static LinkDecision Unite(Identity survivor, Identity[] absorbed, IReadOnlyList<Login> presented)
    {
        if (absorbed.Length == 0 && survivor.OwnsAll(presented))
        {
            return new LinkDecision.Keep(survivor.Id); // Nearly always.
        }

        return UniteAnew(survivor, absorbed, presented);
    }

    private static LinkDecision UniteAnew(Identity survivor, Identity[] absorbed, IReadOnlyList<Login> presented)
    {
        // The identities were not all read at the same moment: a login that moved in between is on two of them. It is no conflict, and
        // the decision meets a version that has changed and is made again.
        Login[] held = [.. survivor.Logins.Concat(absorbed.SelectMany(identity => identity.Logins)).Distinct()];
        Login[] fresh = [.. presented.Except(held).Order(Login.WriteOrder)];
        return Objection([.. held, .. fresh]) is { } refusal
            ? new LinkDecision.Refuse(refusal)
            : new LinkDecision.Link(survivor, fresh, [.. absorbed.OrderBy(identity => identity.Id.Value, StringComparer.Ordinal)]);
    }

    /// <summary>Why one identity may not hold all of these, or null. They are distinct.</summary>
    internal static LinkRefusal? Objection(IReadOnlyCollection<Login> logins)
    {
        var providers = new HashSet<string>(StringComparer.Ordinal);
        if (logins.Any(login => login.Kind == LoginKind.Public && !providers.Add(login.Provider)))
        {
            return LinkRefusal.ProviderConflict;
        }

        return logins.Count > Identity.MaxLogins ? LinkRefusal.TooManyLogins : null;
    }
}
