using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Operations;

internal sealed record UntagResourceInput(string? ResourceArn, List<string?>? TagKeys) : IWireInput
{
    public void Check(Constraints on) => on
        .String("resourceArn", ResourceArn, ModelShapes.ARNString, required: true)
        .List("tagKeys", TagKeys, ModelShapes.IdentityPoolTagsListType, required: true);
}

/// <summary>Takes tags off a pool; keys that it does not have are ignored.</summary>
internal sealed class UntagResource(IDbContextFactory<ControlPlaneDb> databases, IOptions<DeploymentOptions> deployment)
    : IOperation<UntagResourceInput, EmptyResponse>
{
    public async ValueTask<Outcome<EmptyResponse>> ExecuteAsync(UntagResourceInput input, CallContext call, CancellationToken ct)
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
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.LockOwnAsync(arn.PoolId, call, ct) is not { } pool)
        {
            return ApiError.PoolNotFound(arn.PoolId);
        }

        TagRules.Replace(pool, pool.Tags.Where(tag => !input.TagKeys!.Contains(tag.Key)).ToDictionary(tag => tag.Key, string? (tag) => tag.Value));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return EmptyResponse.Instance;
    }
}
