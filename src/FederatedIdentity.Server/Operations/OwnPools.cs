using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Postgres.Tables;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Operations;

/// <summary>Pools as a signed caller sees them: another account's does not exist.</summary>
internal static class OwnPools
{
    /// <summary>The pool's snapshot, or null.</summary>
    public static async ValueTask<Pool?> FindOwnAsync(this IPoolCatalog pools, string? poolId, CallContext call, CancellationToken ct) =>
        await pools.FindAsync(new PoolId(poolId!), ct) is { } pool && pool.AccountId == call.AccountId ? pool : null;

    /// <summary>The caller's pool of this id, to be read or changed.</summary>
    public static IQueryable<IdentityPoolRow> Own(this ControlPlaneDb db, string? poolId, CallContext call) =>
        db.LivePools.Where(pool => pool.Id == poolId && pool.AccountId == call.AccountId);

    /// <summary>
    /// The caller's pool with its tags, locked until the transaction that the caller began ends: changes of parts of a pool, which
    /// may not fail for meeting another, take turns. Whoever changes a pool in more than one row locks it first, or two could wait
    /// for each other.
    /// </summary>
    public static Task<IdentityPoolRow?> LockOwnAsync(this ControlPlaneDb db, string? poolId, CallContext call, CancellationToken ct) =>
        db.WithTagsAsync(
            db.Pools.FromSql(
                $"select * from identity_pool where id = {poolId} and account_id = {call.AccountId} and deleted_at is null for update"),
            ct);

    /// <summary>The same without waiting: null, too, while another change of the pool is under way.</summary>
    public static Task<IdentityPoolRow?> TryLockOwnAsync(this ControlPlaneDb db, string? poolId, CallContext call, CancellationToken ct) =>
        db.WithTagsAsync(
            db.Pools.FromSql(
                $"""
                select * from identity_pool
                where id = {poolId} and account_id = {call.AccountId} and deleted_at is null for update skip locked
                """),
            ct);

    // The tags come in a second statement, so that they are seen as of the moment the lock was got.
    private static async Task<IdentityPoolRow?> WithTagsAsync(this ControlPlaneDb db, IQueryable<IdentityPoolRow> locked, CancellationToken ct)
    {
        var pool = await locked.SingleOrDefaultAsync(ct);
        if (pool is not null)
        {
            await db.Entry(pool).Collection(row => row.Tags).LoadAsync(ct);
        }

        return pool;
    }
}
