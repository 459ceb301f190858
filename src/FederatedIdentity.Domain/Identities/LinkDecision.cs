namespace FederatedIdentity.Domain.Identities;

/// <summary>Why presented logins cannot come together on one identity.</summary>
public enum LinkRefusal
{
    /// <summary>The identity is disabled, or it is authenticated and was used without any login.</summary>
    Forbidden,

    /// <summary>None of the presented logins belongs to the authenticated identity that was named.</summary>
    LoginsDoNotMatch,

    /// <summary>The identity would hold two users of one public provider.</summary>
    ProviderConflict,

    /// <summary>The identity would hold more than <see cref="Identity.MaxLogins"/> logins.</summary>
    TooManyLogins,

    /// <summary>A presented developer user belongs to another identity than the named one; such users never merge implicitly.</summary>
    DeveloperLoginTaken,
}

/// <summary>What must happen so that every presented login belongs to one identity.</summary>
public abstract record LinkDecision
{
    private LinkDecision() { }

    /// <summary>Nobody owns any presented login (or none was presented): create an identity that owns them all.</summary>
    public sealed record Create : LinkDecision;

    /// <summary>All is as it should be already; nothing is written.</summary>
    public sealed record Keep(IdentityId Identity) : LinkDecision;

    /// <summary>
    /// <paramref name="Survivor"/> gains <paramref name="NewLogins"/> and every login of <paramref name="Absorbed"/>, which become
    /// disabled. All of it happens, or nothing.
    /// </summary>
    public sealed record Link(Identity Survivor, IReadOnlyList<Login> NewLogins, IReadOnlyList<Identity> Absorbed) : LinkDecision
    {
        /// <summary>
        /// Whether all is as this wants it, given the named identities as they are now: for one whose attempt was not answered.
        /// </summary>
        public bool IsCarriedOut(IReadOnlyList<Identity> now) =>
            now.SingleOrDefault(identity => identity.Id == Survivor.Id) is { State: IdentityState.Authenticated } survivor
            && NewLogins.Concat(Absorbed.SelectMany(absorbed => absorbed.Logins)).All(survivor.Owns)
            && Absorbed.All(absorbed => now.Any(identity => identity.Id == absorbed.Id && identity.State == IdentityState.Disabled));
    }

    /// <summary>It must not happen.</summary>
    public sealed record Refuse(LinkRefusal Refusal) : LinkDecision;
}
