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

    public async ValueTask<Outcome<PoolMember>> AboutIdentityAsync(string identityId, CallContext call, CancellationToken ct)
    {
        var id = new IdentityId(identityId);
        return _poolOf.Find(id) is { } known && await pools.FindAsync(known, ct) is { } pool
            ? await PayWhileReadingAsync(id, pool, call, ct)
            : await PayAfterReadingAsync(id, call, ct);
    }

    /// <summary>What the caller was just told of, and will come back with.</summary>
    public void Expect(IdentityId identity, Pool pool) => _poolOf.Note(identity, pool.Id);

    private async ValueTask<Outcome<PoolMember>> PayAfterReadingAsync(IdentityId id, CallContext call, CancellationToken ct)
    {
        if (await store.LoadAsync([id], ct) is not [var identity] || await pools.FindAsync(identity.Pool, ct) is not { } pool)
        {
            return await limits.OfTurnedAwayAsync(call, ct) ?? ApiError.IdentityNotFound(id.Value);
        }

        call.Pool = pool.Id.Value;
        Expect(id, pool);
        return await limits.OfStrangerAsync(pool, id, call, ct) is { } refused ? refused : new PoolMember(identity, pool);
    }

    /// <summary>So that nobody waits for two answers one after the other. Who is refused at once is not read for.</summary>
    private async ValueTask<Outcome<PoolMember>> PayWhileReadingAsync(IdentityId id, Pool pool, CallContext call, CancellationToken ct)
    {
        call.Pool = pool.Id.Value;
        var payment = limits.OfStrangerAsync(pool, id, call, ct).AsTask();
        if (payment.IsCompleted && await payment is { } refusedAtOnce)
        {
            return refusedAtOnce;
        }

        var found = await store.LoadAsync([id], ct);
        return await payment is { } refused ? refused
            : found is [var identity] && identity.Pool == pool.Id ? new PoolMember(identity, pool)
            : ApiError.IdentityNotFound(id.Value);
    }
}
