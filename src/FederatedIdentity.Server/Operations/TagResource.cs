using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Operations;

internal sealed record TagResourceInput(string? ResourceArn, Dictionary<string, string?>? Tags) : IWireInput
{
    public void Check(Constraints on) => on
        .String("resourceArn", ResourceArn, ModelShapes.ARNString, required: true)
        .Map("tags", Tags, ModelShapes.IdentityPoolTagsType, required: true);
}

/// <summary>An output structure without members: <c>{}</c> on the wire, where an operation without any output sends nothing.</summary>
internal sealed record EmptyResponse
{
    public static readonly EmptyResponse Instance = new();
}

/// <summary>Adds tags to a pool, or gives those it has other values.</summary>
internal sealed class TagResource(IDbContextFactory<ControlPlaneDb> databases, IOptions<DeploymentOptions> deployment)
    : IOperation<TagResourceInput, EmptyResponse>
{
    public async ValueTask<Outcome<EmptyResponse>> ExecuteAsync(TagResourceInput input, CallContext call, CancellationToken ct)
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

        var whole = pool.Tags.ToDictionary(tag => tag.Key, string? (tag) => tag.Value);
        foreach (var (key, value) in input.Tags!)
        {
            whole[key] = value;
        }

        if (TagRules.Objection(whole) is { } objection)
        {
            return objection;
        }

        TagRules.Replace(pool, whole);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return EmptyResponse.Instance;
    }
}
