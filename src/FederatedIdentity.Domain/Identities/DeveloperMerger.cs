using System.Diagnostics;

namespace FederatedIdentity.Domain.Identities;

/// <summary>How a merge of two developer users ended.</summary>
public abstract record MergeOutcome
{
    private MergeOutcome() { }

    /// <summary>Both users have this identity.</summary>
    public sealed record Merged(IdentityId Identity) : MergeOutcome;

    /// <summary>Nobody is known under this name.</summary>
    public sealed record UserNotFound(Login User) : MergeOutcome;

    /// <summary>The merged identity would break a rule; nothing was written.</summary>
    public sealed record Refused(LinkRefusal Refusal) : MergeOutcome;
}

/// <summary>Merges two developer users: load, decide, write, and decide again when a concurrent request won.</summary>
public sealed class DeveloperMerger(IIdentityStore store, TimeProvider clock)
{
    public async ValueTask<MergeOutcome> MergeAsync(PoolId pool, Login source, Login destination, ICommitWait wait, CancellationToken ct)
    {
        for (var attempt = 1; attempt <= Contention.MaxAttempts; attempt++)
        {
            await Contention.PauseAsync(attempt, clock, ct);
            var owners = await store.OwnersAsync(pool, [source, destination], ct);
            if (!owners.ContainsKey(source) || !owners.ContainsKey(destination))
            {
                return new MergeOutcome.UserNotFound(owners.ContainsKey(source) ? destination : source);
            }

            var identities = await store.LoadAsync([.. owners.Values.Distinct()], ct);
            switch (DeveloperMerge.Decide(source, destination, identities))
            {
                case DeveloperMergeDecision.Keep keep:
                    return new MergeOutcome.Merged(keep.Identity);
                case DeveloperMergeDecision.Refuse refuse:
                    return new MergeOutcome.Refused(refuse.Refusal);
                case DeveloperMergeDecision.Merge merge
                    when await wait.CommittedAsync(store.TryLinkAsync(merge.Link, clock.GetUtcNow(), ct).AsTask()):
                    return new MergeOutcome.Merged(merge.Link.Survivor.Id);
                case DeveloperMergeDecision.Merge or DeveloperMergeDecision.NoOwner:
                    break; // Moved between the two reads, or before the write: look again.
                default:
                    throw new UnreachableException();
            }
        }

        throw Contention.GiveUp(pool);
    }
}
