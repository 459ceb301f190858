using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Operations;

internal sealed record DeleteIdentityPoolInput(string? IdentityPoolId) : IOnPool
{
    public void Check(Constraints on) =>
        on.String("identityPoolId", IdentityPoolId, ModelShapes.IdentityPoolId, required: true);
}

/// <summary>
/// Deletes a pool and, at once for everybody who asks, all that hangs on it. The rows themselves go afterwards, in batches
/// (a chore of housekeeping), so that no table is locked for long.
/// </summary>
internal sealed class DeleteIdentityPool(IDbContextFactory<ControlPlaneDb> databases, IPoolCatalog catalog, TimeProvider clock)
    : IOperation<DeleteIdentityPoolInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(DeleteIdentityPoolInput input, CallContext call, CancellationToken ct)
    {
        call.Pool = input.IdentityPoolId;
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = clock.GetUtcNow();
        var deleted = await db.Own(input.IdentityPoolId, call)
            .ExecuteUpdateAsync(
                set => set.SetProperty(pool => pool.DeletedAt, now).SetProperty(pool => pool.Version, pool => pool.Version + 1), ct);
        catalog.Forget(new PoolId(input.IdentityPoolId!));
        return deleted == 0 ? ApiError.PoolNotFound(input.IdentityPoolId) : NoOutput.Instance;
    }
}
