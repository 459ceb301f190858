using System.Collections.Concurrent;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.Domain.Identities;

/// <summary>
/// Keeps note of when guests are used, in pools that forget those who stay away: so coarsely that a guest costs a write a day at most.
/// Most notes are collected and written together (<see cref="WriteAsync"/>); who is already due to be forgotten is written at once, so
/// that either this use or the forgetting comes first, and both know.
/// </summary>
public sealed class GuestUses(IIdentityStore store)
{
    /// <summary>A use is not worth noting when the last one was noted this recently.</summary>
    public static readonly TimeSpan Coarseness = TimeSpan.FromHours(12);

    /// <summary>
    /// How much longer than they were promised guests are kept: far longer than notes wait to be written, so that losing some in a crash,
    /// or being coarse about them, takes nothing from anybody.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromDays(1);

    /// <summary>More than this many notes do not wait; so memory stays bounded, and so does the statement that writes them.</summary>
    internal const int MostWaiting = 10_000;

    private const int BatchSize = 1000;

    private readonly ConcurrentDictionary<IdentityId, bool> _waiting = [];

    /// <summary>How many notes wait to be written.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Notes that the identity, just read, is used without logins. False when it has just been removed.</summary>
    public async ValueTask<bool> NoteAsync(Identity identity, Pool pool, CancellationToken ct)
    {
        if (pool.GuestRetentionDays is not { } days || identity.State != IdentityState.Unauthenticated || identity.Unused < Coarseness)
        {
            return true;
        }

        if (identity.Unused < TimeSpan.FromDays(days) && _waiting.Count < MostWaiting)
        {
            _waiting[identity.Id] = true;
            return true;
        }

        return (await store.NoteUsesAsync([identity.Id], ct)).Count > 0;
    }

    /// <summary>Writes what was noted until now; what could not be written waits for the next time.</summary>
    public async Task WriteAsync(CancellationToken ct)
    {
        foreach (var batch in _waiting.Keys.Chunk(BatchSize))
        {
            await store.NoteUsesAsync(batch, ct);
            foreach (var id in batch)
            {
                _waiting.TryRemove(id, out _);
            }
        }
    }
}
