using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Postgres.Tables;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Operations;

internal sealed record CreateIdentityPoolInput : PoolSettings, IWireInput
{
    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) => ActedOn.Anything with { RequestTags = IdentityPoolTags };
}

/// <summary>Creates a pool. Not idempotent, and names need not be unique.</summary>
internal sealed class CreateIdentityPool(
    IDbContextFactory<ControlPlaneDb> databases, ProviderSecrets secrets, IOptions<DeploymentOptions> deployment, TimeProvider clock)
    : IOperation<CreateIdentityPoolInput, IdentityPool>
{
    /// <summary>AWS quota: pools of one account and region.</summary>
    private const int MaxPools = 1000;

    public async ValueTask<Outcome<IdentityPool>> ExecuteAsync(CreateIdentityPoolInput input, CallContext call, CancellationToken ct)
    {
        if (input.Objection(deployment.Value, call.AccountId, input.DeveloperProviderName) is { } objection)
        {
            return objection;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.LivePools.CountAsync(pool => pool.AccountId == call.AccountId, ct) >= MaxPools)
        {
            return ApiError.LimitExceeded("Identity pool limit exceeded.");
        }

        var now = clock.GetUtcNow();
        var pool = new IdentityPoolRow
        {
            Id = deployment.Value.NewPoolId(),
            AccountId = call.AccountId,
            Name = input.IdentityPoolName!,
            AllowUnauthenticated = input.AllowUnauthenticatedIdentities!.Value,
            CreatedAt = now,
            ModifiedAt = now,
        };
        if (secrets.Store(pool, input.SupportedLoginProviders) is { } missing)
        {
            return missing;
        }

        input.ApplyTo(pool);
        input.ApplyTagsTo(pool);
        db.Pools.Add(pool);
        await db.SaveChangesAsync(ct);
        call.Pool = pool.Id;
        return IdentityPool.Of(pool, secrets.Show(pool, call));
    }
}
