using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Operations;

internal sealed record GetIdentityPoolRolesInput(string? IdentityPoolId) : IOnPool
{
    public void Check(Constraints on) =>
        on.String("identityPoolId", IdentityPoolId, ModelShapes.IdentityPoolId, required: true);
}

internal sealed record GetIdentityPoolRolesResponse(
    string IdentityPoolId, IReadOnlyDictionary<string, string>? Roles, IReadOnlyDictionary<string, RoleMappingShape>? RoleMappings);

/// <summary>Returns what SetIdentityPoolRoles stored; maps that hold nothing are left out.</summary>
internal sealed class GetIdentityPoolRoles(IDbContextFactory<ControlPlaneDb> databases)
    : IOperation<GetIdentityPoolRolesInput, GetIdentityPoolRolesResponse>
{
    public async ValueTask<Outcome<GetIdentityPoolRolesResponse>> ExecuteAsync(
        GetIdentityPoolRolesInput input, CallContext call, CancellationToken ct)
    {
        call.Pool = input.IdentityPoolId;
        await using var db = await databases.CreateDbContextAsync(ct);
        var pool = await db.Own(input.IdentityPoolId, call).AsNoTracking().SingleOrDefaultAsync(ct);
        if (pool is null)
        {
            return ApiError.PoolNotFound(input.IdentityPoolId);
        }

        var mappings = pool.RoleMappings.ToDictionary(mapping => mapping.Key, mapping => RoleMappingShape.Of(mapping.Value));
        return new GetIdentityPoolRolesResponse(pool.Id, RolesOf(pool.Roles), mappings.Count == 0 ? null : mappings);
    }

    private static Dictionary<string, string>? RolesOf(DefaultRoles stored)
    {
        var roles = new Dictionary<string, string>();
        if (stored.Authenticated is { } authenticated)
        {
            roles["authenticated"] = authenticated;
        }

        if (stored.Unauthenticated is { } unauthenticated)
        {
            roles["unauthenticated"] = unauthenticated;
        }

        return roles.Count == 0 ? null : roles;
    }
}
