namespace FederatedIdentity.Domain.Identities;

/// <summary>How a request to unlink ended.</summary>
public enum UnlinkOutcome
{
    /// <summary>The logins are gone, or were not there.</summary>
    Done,

    /// <summary>The identity is disabled.</summary>
    Forbidden,

    /// <summary>The caller did not prove that the identity is theirs.</summary>
    LoginsDoNotMatch,

    /// <summary>The developer user is not on the identity.</summary>
    NotLinked,

    /// <summary>The identity was deleted meanwhile.</summary>
    IdentityNotFound,
}

/// <summary>Takes logins off an identity: decide on what was read, write, and decide again when a concurrent request won.</summary>
public sealed class IdentityUnlinker(IIdentityStore store, TimeProvider clock)
{
    /// <summary>UnlinkIdentity, on an identity just read.</summary>
    public ValueTask<UnlinkOutcome> UnlinkAsync(
        Identity identity, IReadOnlyList<Login> presented, IReadOnlyCollection<string> providers, ICommitWait wait, CancellationToken ct) =>
        UnlinkAsync(identity, current => Unlinking.Decide(current, presented, providers), wait, ct);

    /// <summary>UnlinkDeveloperIdentity, on an identity just read.</summary>
    public ValueTask<UnlinkOutcome> UnlinkAsync(Identity identity, Login developerUser, ICommitWait wait, CancellationToken ct) =>
        UnlinkAsync(identity, current => Unlinking.Decide(current, developerUser), wait, ct);

    private async ValueTask<UnlinkOutcome> UnlinkAsync(
        Identity identity, Func<Identity, UnlinkDecision> decide, ICommitWait wait, CancellationToken ct)
    {
        for (var attempt = 1; attempt <= Contention.MaxAttempts; attempt++)
        {
            if (attempt > 1)
            {
                await Contention.PauseAsync(attempt, clock, ct);
                if (await store.LoadAsync([identity.Id], ct) is not [var current])
                {
                    return UnlinkOutcome.IdentityNotFound;
                }

                identity = current;
            }

            switch (decide(identity))
            {
                case UnlinkDecision.Keep:
                    return UnlinkOutcome.Done;
                case UnlinkDecision.NotLinked:
                    return UnlinkOutcome.NotLinked;
                case UnlinkDecision.Refuse refuse:
                    return refuse.Refusal == LinkRefusal.Forbidden ? UnlinkOutcome.Forbidden : UnlinkOutcome.LoginsDoNotMatch;
                case UnlinkDecision.Remove remove when await wait.CommittedAsync(store.TryUnlinkAsync(remove, clock.GetUtcNow(), ct).AsTask()):
                    return UnlinkOutcome.Done;
            }
        }

        throw Contention.GiveUp(identity.Pool);
    }
}
