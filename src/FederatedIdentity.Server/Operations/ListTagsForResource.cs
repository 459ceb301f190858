using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Operations;

internal sealed record ListTagsForResourceInput(string? ResourceArn) : IOnResourceArn
{
    public void Check(Constraints on) => on.String("resourceArn", ResourceArn, ModelShapes.ARNString, required: true);
}

internal sealed record ListTagsForResourceResponse(IReadOnlyDictionary<string, string> Tags);

/// <summary>The tags of a pool of the caller's account.</summary>
internal sealed class ListTagsForResource(IDbContextFactory<ControlPlaneDb> databases, IOptions<DeploymentOptions> deployment)
    : IOperation<ListTagsForResourceInput, ListTagsForResourceResponse>
{
    public async ValueTask<Outcome<ListTagsForResourceResponse>> ExecuteAsync(
        ListTagsForResourceInput input, CallContext call, CancellationToken ct)
    {
        if (ResourceArn.Parse(input.ResourceArn!, deployment.Value, call.AccountId) is not { } arn)
        {
            return ResourceArn.Invalid;
        }

        call.Pool = arn.PoolId;
        if (!arn.IsOwn)
        {
            return ApiError.PoolNotFound(arn.PoolId);
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var pool = await db.Own(arn.PoolId, call).AsNoTracking().Include(row => row.Tags).SingleOrDefaultAsync(ct);
        return pool is null
            ? ApiError.PoolNotFound(arn.PoolId)
            : new ListTagsForResourceResponse(pool.Tags.ToDictionary(tag => tag.Key, tag => tag.Value));
    }
}
