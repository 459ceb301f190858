using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Operations;

/// <summary>An output structure without members: <c>{}</c> on the wire, where an operation without any output sends nothing.</summary>
internal sealed record EmptyResponse
{
    public static readonly EmptyResponse Instance = new();
}

/// <summary>
/// Changes the tags of a pool by its ARN. Changes of one pool take turns, so none is lost and none is refused for meeting another.
/// </summary>
internal sealed class PoolTags(
    IDbContextFactory<ControlPlaneDb> databases, IPoolCatalog catalog, IOptions<DeploymentOptions> deployment, TimeProvider clock)
{
    /// <summary><paramref name="change"/> works on the whole set of tags as it stands.</summary>
    public async ValueTask<Outcome<EmptyResponse>> ChangeAsync(
        string resourceArn, CallContext call, Action<Dictionary<string, string?>> change, CancellationToken ct)
    {
        if (ResourceArn.Parse(resourceArn, deployment.Value, call.AccountId) is not { } arn)
        {
            return ResourceArn.Invalid;
        }

        call.Pool = arn.PoolId;
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (!arn.IsOwn || await db.LockOwnAsync(arn.PoolId, call, ct) is not { } pool)
        {
            return ApiError.PoolNotFound(arn.PoolId);
        }

        var before = pool.Tags.ToDictionary(tag => tag.Key, string? (tag) => tag.Value);
        var tags = new Dictionary<string, string?>(before);
        change(tags);

        // Only of what is new: a tag that was there before it meant anything is in nobody's way.
        if ((TagRules.Objection(tags) ?? TagRules.ObjectionToSettings(tags.Except(before))) is { } objection)
        {
            return objection;
        }

        TagRules.Replace(pool, tags);
        pool.ModifiedAt = clock.GetUtcNow(); // Raises the version too: an update of the whole pool must not overwrite what it has not seen.
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        catalog.Forget(new PoolId(pool.Id));
        return EmptyResponse.Instance;
    }
}
