using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Operations;

internal sealed record SetIdentityPoolRolesInput(
    string? IdentityPoolId, Dictionary<string, string?>? Roles, Dictionary<string, RoleMappingShape?>? RoleMappings) : IOnPool
{
    public void Check(Constraints on) => on
        .String("identityPoolId", IdentityPoolId, ModelShapes.IdentityPoolId, required: true)
        .Map("roles", Roles, ModelShapes.RolesMap, required: true)
        .Map("roleMappings", RoleMappings, ModelShapes.RoleMappingMap);
}

/// <summary>
/// Replaces a pool's default roles and role mappings, both as a whole. Takes turns with other changes of the pool: Terraform makes
/// several at once, and none of them is based on what another replaces.
/// </summary>
internal sealed class SetIdentityPoolRoles(
    IDbContextFactory<ControlPlaneDb> databases,
    IPoolCatalog catalog,
    Authorizer authorizer,
    IOptions<DeploymentOptions> deployment,
    TimeProvider clock)
    : IOperation<SetIdentityPoolRolesInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(SetIdentityPoolRolesInput input, CallContext call, CancellationToken ct)
    {
        call.Pool = input.IdentityPoolId;
        foreach (var role in RoleRules.RolesOf(input.Roles!, input.RoleMappings))
        {
            if (!await authorizer.MayPassAsync(role, call, ct))
            {
                return RoleRules.Forbidden(role);
            }
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.LockOwnAsync(input.IdentityPoolId, call, ct) is not { } pool)
        {
            return ApiError.PoolNotFound(input.IdentityPoolId);
        }

        if (RoleRules.Objection(input.Roles!, input.RoleMappings, pool, deployment.Value) is { } objection)
        {
            return objection;
        }

        pool.Roles = new DefaultRoles(input.Roles!.GetValueOrDefault("authenticated"), input.Roles!.GetValueOrDefault("unauthenticated"));
        pool.RoleMappings = input.RoleMappings?.ToDictionary(mapping => mapping.Key, mapping => mapping.Value!.ToMapping()) ?? [];
        pool.ModifiedAt = clock.GetUtcNow();
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        catalog.Forget(new PoolId(pool.Id));
        return NoOutput.Instance;
    }
}
