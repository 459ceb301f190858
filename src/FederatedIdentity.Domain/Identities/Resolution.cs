namespace FederatedIdentity.Domain.Identities;

/// <summary>How a request to bring logins and an identity together ended.</summary>
public abstract record Resolution
{
    private Resolution() { }

    /// <summary>
    /// <paramref name="Identity"/> owns every presented login (or is a guest, when none was presented). <paramref name="Changed"/>
    /// says whether this request created, linked or merged anything; what it wrote is durable.
    /// </summary>
    public sealed record Resolved(IdentityId Identity, bool Changed) : Resolution;

    /// <summary>The rules forbid it; nothing was written.</summary>
    public sealed record Refused(LinkRefusal Refusal) : Resolution;

    /// <summary>The pool is gone; nothing was written.</summary>
    public sealed record PoolNotFound : Resolution;

    /// <summary>The identity that was named has been deleted since it was read; nothing was written.</summary>
    public sealed record IdentityNotFound : Resolution;
}
