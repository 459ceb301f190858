using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Operations;

internal sealed record UpdateIdentityPoolInput : PoolSettings, IWireInput
{
    public string? IdentityPoolId { get; init; }

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) =>
        new(deployment.PoolArn(accountId, IdentityPoolId!)) { PoolId = IdentityPoolId, RequestTags = IdentityPoolTags };

    public override void Check(Constraints on)
    {
        on.String("identityPoolId", IdentityPoolId, ModelShapes.IdentityPoolId, required: true);
        base.Check(on);
    }
}

/// <summary>
/// Replaces a pool's settings as a whole: a member that is left out falls back to its default. Two things outlive that: the
/// developer provider's name, which never changes once set, and tags, which have operations of their own.
/// </summary>
internal sealed class UpdateIdentityPool(
    IDbContextFactory<ControlPlaneDb> databases, IPoolCatalog catalog, ProviderSecrets secrets, IOptions<DeploymentOptions> deployment,
    TimeProvider clock)
    : IOperation<UpdateIdentityPoolInput, IdentityPool>
{
    public async ValueTask<Outcome<IdentityPool>> ExecuteAsync(UpdateIdentityPoolInput input, CallContext call, CancellationToken ct)
    {
        call.Pool = input.IdentityPoolId;
        await using var db = await databases.CreateDbContextAsync(ct);
        if (!await db.Own(input.IdentityPoolId, call).AnyAsync(ct))
        {
            return ApiError.PoolNotFound(input.IdentityPoolId);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.TryLockOwnAsync(input.IdentityPoolId, call, ct) is not { } pool)
        {
            return ApiError.ConcurrentModification();
        }

        var developer = pool.DeveloperProviderName ?? input.DeveloperProviderName;
        if (input.Objection(deployment.Value, call.AccountId, developer) is { } objection)
        {
            return objection;
        }

        if ((input.DeveloperProviderName ?? developer) != developer)
        {
            return ApiError.InvalidParameter("Developer provider name cannot be changed.");
        }

        if (secrets.Store(pool, input.SupportedLoginProviders) is { } missing)
        {
            return missing;
        }

        input.ApplyTo(pool);
        input.ApplyTagsTo(pool);
        pool.ModifiedAt = clock.GetUtcNow();
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        catalog.Forget(new PoolId(pool.Id));
        return IdentityPool.Of(pool, secrets.Show(pool, call));
    }
}
