using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Server.Throttling;

namespace FederatedIdentity.Server.Operations;

/// <summary>An identity and the pool that it belongs to.</summary>
internal sealed record PoolMember(Identity Identity, Pool Pool);

/// <summary>
/// Finds what a public call is about, and has it paid for before anything else is done for it. What does not exist is paid for too, or
/// looking for other people's ids would cost nothing.
/// </summary>
internal sealed class PublicCalls(IIdentityStore store, IPoolCatalog pools, RateLimits limits)
{
    public async ValueTask<Outcome<Pool>> AboutPoolAsync(string poolId, CallContext call, CancellationToken ct)
    {
        call.Pool = poolId;
        return await pools.FindAsync(new PoolId(poolId), ct) is not { } pool
            ? await limits.OfTurnedAwayAsync(call, ct) ?? ApiError.PoolNotFound(poolId)
            : await limits.OfStrangerAsync(pool, identity: null, call, ct) is { } refused ? refused : pool;
    }

    public async ValueTask<Outcome<PoolMember>> AboutIdentityAsync(string identityId, CallContext call, CancellationToken ct)
    {
        if (await store.LoadAsync([new IdentityId(identityId)], ct) is not [var identity]
            || await pools.FindAsync(identity.Pool, ct) is not { } pool)
        {
            return await limits.OfTurnedAwayAsync(call, ct) ?? ApiError.IdentityNotFound(identityId);
        }

        call.Pool = pool.Id.Value;
        return await limits.OfStrangerAsync(pool, identity.Id, call, ct) is { } refused ? refused : new PoolMember(identity, pool);
    }
}
