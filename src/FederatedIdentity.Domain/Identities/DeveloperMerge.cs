namespace FederatedIdentity.Domain.Identities;

/// <summary>What must happen so that two developer users have one identity.</summary>
public abstract record DeveloperMergeDecision
{
    private DeveloperMergeDecision() { }

    /// <summary>They have one already; nothing is written.</summary>
    public sealed record Keep(IdentityId Identity) : DeveloperMergeDecision;

    /// <summary>The destination's identity absorbs the source's.</summary>
    public sealed record Merge(LinkDecision.Link Link) : DeveloperMergeDecision;

    /// <summary>No identity that was read owns the user. It is unknown, unless the store just named an owner: then read again.</summary>
    public sealed record NoOwner(Login User) : DeveloperMergeDecision;

    /// <summary>The merged identity would break a rule.</summary>
    public sealed record Refuse(LinkRefusal Refusal) : DeveloperMergeDecision;
}

/// <summary>Decides MergeDeveloperIdentities. Pure; the destination survives, whichever is older.</summary>
public static class DeveloperMerge
{
    /// <summary><paramref name="owners"/> are the identities that own either user.</summary>
    public static DeveloperMergeDecision Decide(Login source, Login destination, IReadOnlyList<Identity> owners)
    {
        if (OwnerOf(source, owners) is not { } absorbed)
        {
            return new DeveloperMergeDecision.NoOwner(source);
        }

        if (OwnerOf(destination, owners) is not { } survivor)
        {
            return new DeveloperMergeDecision.NoOwner(destination);
        }

        if (absorbed.Id == survivor.Id)
        {
            return new DeveloperMergeDecision.Keep(survivor.Id);
        }

        return Linking.Objection([.. survivor.Logins, .. absorbed.Logins]) is { } refusal
            ? new DeveloperMergeDecision.Refuse(refusal)
            : new DeveloperMergeDecision.Merge(new LinkDecision.Link(survivor, [], [absorbed]));
    }

    // Only developer users can be merged, so a public login of the same name is nobody here.
    private static Identity? OwnerOf(Login user, IReadOnlyList<Identity> owners) =>
        user.Kind == LoginKind.Developer
            ? owners.FirstOrDefault(owner => owner.State == IdentityState.Authenticated && owner.Owns(user))
            : null;
}
