using System.Diagnostics;

namespace FederatedIdentity.Domain.Identities;

/// <summary>
/// Brings presented logins together on one identity: load, decide, write, and decide again when a concurrent request won. All
/// requests that present a login while they race end on the same identity.
/// </summary>
/// <remarks>
/// What it costs without a race. GetId: known logins of one identity, one <c>OwnersAsync</c>; new logins, <c>OwnersAsync</c> and
/// <c>TryCreateAsync</c>; a guest, <c>TryCreateAsync</c>. An identity that was named: nothing when it owns all presented logins,
/// when it is a guest and none was presented, or when it is refused without looking further; else <c>OwnersAsync</c> and
/// <c>TryLinkAsync</c>, with one <c>LoadAsync</c> between them when somebody else owns a login.
/// </remarks>
public sealed class IdentityResolver(IIdentityStore store, TimeProvider clock, Func<IdentityId> newId)
{
    /// <summary>Finds or creates the identity that owns <paramref name="logins"/>; with none, always creates a guest.</summary>
    public ValueTask<Resolution> ResolveAsync(PoolId pool, IReadOnlyList<Login> logins, ICommitWait wait, CancellationToken ct) =>
        ResolveAsync(pool, null, logins, wait, ct);

    /// <summary>Uses <paramref name="given"/>, just read, with <paramref name="logins"/>; the result may be another identity.</summary>
    public ValueTask<Resolution> ResolveAsync(Identity given, IReadOnlyList<Login> logins, ICommitWait wait, CancellationToken ct) =>
        ResolveAsync(given.Pool, given, logins, wait, ct);

    private async ValueTask<Resolution> ResolveAsync(
        PoolId pool, Identity? given, IReadOnlyList<Login> logins, ICommitWait wait, CancellationToken ct)
    {
        for (var attempt = 1; attempt <= Contention.MaxAttempts; attempt++)
        {
            if (attempt > 1)
            {
                await Contention.PauseAsync(attempt, clock, ct);
                if (given is not null)
                {
                    if (await store.LoadAsync([given.Id], ct) is not [var current])
                    {
                        return new Resolution.IdentityNotFound();
                    }

                    given = current;
                }
            }

            if (await AttemptAsync(pool, given, logins, wait, ct) is { } resolution)
            {
                return resolution;
            }
        }

        throw Contention.GiveUp(pool);
    }

    /// <summary>Null when a concurrent request won.</summary>
    private async ValueTask<Resolution?> AttemptAsync(
        PoolId pool, Identity? given, IReadOnlyList<Login> logins, ICommitWait wait, CancellationToken ct)
    {
        IReadOnlyList<Identity> owners = [];
        if (OthersMatter(given, logins))
        {
            var ownerIds = await store.OwnersAsync(pool, logins, ct);
            if (given is null && OwnerOfAll(logins, ownerIds) is { } only)
            {
                return new Resolution.Resolved(only, Changed: false);
            }

            var distinct = ownerIds.Values.Where(id => id != given?.Id).Distinct().ToArray();
            owners = distinct.Length == 0 ? [] : await store.LoadAsync(distinct, ct);
        }

        return await CarryOutAsync(Linking.Decide(given, logins, owners), pool, logins, wait, ct);
    }

    private static IdentityId? OwnerOfAll(IReadOnlyList<Login> logins, IReadOnlyDictionary<Login, IdentityId> owners)
    {
        IdentityId? one = null;
        foreach (var login in logins)
        {
            if (!owners.TryGetValue(login, out var owner) || (one is not null && one != owner))
            {
                return null;
            }

            one = owner;
        }

        return one;
    }

    // Whether Linking.Decide can come to another answer when it knows who else owns the logins.
    private static bool OthersMatter(Identity? given, IReadOnlyList<Login> logins) => given switch
    {
        null => logins.Count > 0,
        { State: IdentityState.Disabled } => false,
        { State: IdentityState.Unauthenticated } => logins.Count > 0,
        _ when given.OwnsAll(logins) => false,
        _ => logins.Any(given.Owns) || logins.Any(login => login.Kind == LoginKind.Developer),
    };

    private async ValueTask<Resolution?> CarryOutAsync(
        LinkDecision decision, PoolId pool, IReadOnlyList<Login> logins, ICommitWait wait, CancellationToken ct)
    {
        switch (decision)
        {
            case LinkDecision.Keep keep:
                return new Resolution.Resolved(keep.Identity, Changed: false);
            case LinkDecision.Refuse refuse:
                return new Resolution.Refused(refuse.Refusal);
            case LinkDecision.Link link:
                return await wait.CommittedAsync(store.TryLinkAsync(link, clock.GetUtcNow(), ct).AsTask())
                    ? new Resolution.Resolved(link.Survivor.Id, Changed: true)
                    : null;
            case LinkDecision.Create:
                var id = newId();
                return await wait.CommittedAsync(store.TryCreateAsync(id, pool, [.. logins.Distinct()], clock.GetUtcNow(), ct).AsTask()) switch
                {
                    CreateOutcome.Created => new Resolution.Resolved(id, Changed: true),
                    CreateOutcome.LoginTaken => null,
                    CreateOutcome.PoolNotFound => new Resolution.PoolNotFound(),
                    _ => throw new UnreachableException(),
                };
            default:
                throw new UnreachableException();
        }
    }
}
