namespace FederatedIdentity.Domain.Identities;

/// <summary>Identities and their logins. Every write is all or nothing and survives a crash once it returned true.</summary>
public interface IIdentityStore
{
    /// <summary>The owner of each login that has one; one round trip.</summary>
    ValueTask<IReadOnlyDictionary<Login, IdentityId>> OwnersAsync(PoolId pool, IReadOnlyList<Login> logins, CancellationToken ct);

    /// <summary>
    /// The identities that exist, with their logins; unknown ids (and identities of deleted pools) are left out; one round trip.
    /// </summary>
    ValueTask<IReadOnlyList<Identity>> LoadAsync(IReadOnlyCollection<IdentityId> ids, CancellationToken ct);

    /// <summary>
    /// Creates an identity that owns <paramref name="logins"/>: unauthenticated when there are none, else authenticated.
    /// </summary>
    ValueTask<CreateOutcome> TryCreateAsync(
        IdentityId id, PoolId pool, IReadOnlyList<Login> logins, DateTimeOffset now, CancellationToken ct);

    /// <summary>
    /// Carries out a link decision. False, with nothing written, when an identity it names is no longer at the version it was
    /// decided on or another request took one of the logins first.
    /// </summary>
    ValueTask<bool> TryLinkAsync(LinkDecision.Link link, DateTimeOffset now, CancellationToken ct);

    /// <summary>
    /// Carries out an unlink decision. False, with nothing written, when the identity is no longer at the version it was decided on.
    /// </summary>
    ValueTask<bool> TryUnlinkAsync(UnlinkDecision.Remove remove, DateTimeOffset now, CancellationToken ct);

    /// <summary>
    /// Notes that the identities are in use now, which is no change of theirs: versions stay. Returns those that exist.
    /// </summary>
    ValueTask<IReadOnlyCollection<IdentityId>> NoteUsesAsync(IReadOnlyCollection<IdentityId> ids, CancellationToken ct);
}

/// <summary>How an attempt to create an identity ended; nothing was written unless it is <see cref="Created"/>.</summary>
public enum CreateOutcome
{
    Created,

    /// <summary>Another request took one of the logins first: decide again.</summary>
    LoginTaken,

    /// <summary>The pool is gone.</summary>
    PoolNotFound,
}
