using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Server.Throttling;

namespace FederatedIdentity.Server.Operations;

/// <summary>An identity and the pool that it belongs to.</summary>
internal sealed record PoolMember(Identity Identity, Pool Pool);

/// <summary>
/// Finds what a public call is about, and has it paid for before anything is done for it but to read that. What does not exist is paid
/// for too, or looking for other people's ids would cost nothing.
/// </summary>
internal sealed class PublicCalls(IIdentityStore store, IPoolCatalog pools, RateLimits limits)
{
    private readonly PoolMemory _poolOf = new();

    public async ValueTask<Outcome<Pool>> AboutPoolAsync(string poolId, CallContext call, CancellationToken ct)
    {
        call.Pool = poolId;
        return await pools.FindAsync(new PoolId(poolId), ct) is not { } pool
            ? await limits.OfTurnedAwayAsync(call, ct) ?? ApiError.PoolNotFound(poolId)
            : await limits.OfStrangerAsync(pool, identity: null, call, ct) is { } refused ? refused : pool;
    }

    /// <summary>
    /// Of an identity that was seen of late it is known who pays, and so nobody waits for two answers one after the other; who is refused
    /// at once is not read for.
    /// </summary>
    public async ValueTask<Outcome<PoolMember>> AboutIdentityAsync(string identityId, CallContext call, CancellationToken ct)
    {
        var id = new IdentityId(identityId);
        var known = _poolOf.Find(id) is { } poolId ? await pools.FindAsync(poolId, ct) : null;
        var payment = known is null ? null : PayAsync(known, id, call, ct);
        if (payment is { IsCompleted: true } && await payment is { } refusedAtOnce)
        {
            return refusedAtOnce;
        }

        // What is remembered decides whom to charge, and nothing else: the pool is the one that the row names.
        if (await store.LoadAsync([id], ct) is not [var identity]
            || (known?.Id == identity.Pool ? known : await pools.FindAsync(identity.Pool, ct)) is not { } pool)
        {
            return await (payment ?? limits.OfTurnedAwayAsync(call, ct).AsTask()) ?? ApiError.IdentityNotFound(identityId);
        }

        if (payment is null)
        {
            Expect(id, pool);
            payment = PayAsync(pool, id, call, ct);
        }

        return await payment is { } refused ? refused : new PoolMember(identity, pool);
    }

    /// <summary>What the caller was just told of, and will come back with.</summary>
    public void Expect(IdentityId identity, Pool pool) => _poolOf.Note(identity, pool.Id);

    private Task<ApiError?> PayAsync(Pool pool, IdentityId id, CallContext call, CancellationToken ct)
    {
        call.Pool = pool.Id.Value;
        return limits.OfStrangerAsync(pool, id, call, ct).AsTask();
    }
}
