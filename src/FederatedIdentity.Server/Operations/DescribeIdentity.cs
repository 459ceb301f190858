using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Operations;

internal sealed record DescribeIdentityInput(string? IdentityId) : IWireInput
{
    public void Check(Constraints on) => on.String("identityId", IdentityId, ModelShapes.IdentityId, required: true);
}

/// <summary>Describes one identity of any pool of the caller's account, disabled ones included.</summary>
internal sealed class DescribeIdentity(IDbContextFactory<ControlPlaneDb> databases)
    : IOperation<DescribeIdentityInput, IdentityDescription>
{
    public async ValueTask<Outcome<IdentityDescription>> ExecuteAsync(
        DescribeIdentityInput input, CallContext call, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var identity = await db.LiveIdentities.AsNoTracking().Include(row => row.Logins)
            .Where(row => row.Id == input.IdentityId)
            .Where(row => db.Pools.Any(pool => pool.Id == row.PoolId && pool.AccountId == call.AccountId))
            .SingleOrDefaultAsync(ct);
        if (identity is null)
        {
            return ApiError.IdentityNotFound(input.IdentityId);
        }

        call.Pool = identity.PoolId;
        return IdentityDescription.Of(identity);
    }
}
