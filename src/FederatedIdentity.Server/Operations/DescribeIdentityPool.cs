using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Operations;

internal sealed record DescribeIdentityPoolInput(string? IdentityPoolId) : IOnPool
{
    public void Check(Constraints on) =>
        on.String("identityPoolId", IdentityPoolId, ModelShapes.IdentityPoolId, required: true);
}

/// <summary>Returns the settings of one pool of the caller's account.</summary>
internal sealed class DescribeIdentityPool(IDbContextFactory<ControlPlaneDb> databases, ProviderSecrets secrets)
    : IOperation<DescribeIdentityPoolInput, IdentityPool>
{
    public async ValueTask<Outcome<IdentityPool>> ExecuteAsync(
        DescribeIdentityPoolInput input, CallContext call, CancellationToken ct)
    {
        call.Pool = input.IdentityPoolId;
        await using var db = await databases.CreateDbContextAsync(ct);
        var pool = await db.Own(input.IdentityPoolId, call).AsNoTracking().Include(row => row.Tags).SingleOrDefaultAsync(ct);
        return pool is null ? ApiError.PoolNotFound(input.IdentityPoolId) : IdentityPool.Of(pool, secrets.Show(pool, call));
    }
}
