using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Operations;

internal sealed record GetPrincipalTagAttributeMapInput(string? IdentityPoolId, string? IdentityProviderName) : IOnPool
{
    public void Check(Constraints on) => on
        .String("identityPoolId", IdentityPoolId, ModelShapes.IdentityPoolId, required: true)
        .String("identityProviderName", IdentityProviderName, ModelShapes.IdentityProviderName, required: true);
}

/// <summary>A provider's principal tag map; UseDefaults is absent for a provider that never had one.</summary>
internal sealed record PrincipalTagAttributeMap(
    string IdentityPoolId, string IdentityProviderName, bool? UseDefaults, IReadOnlyDictionary<string, string> PrincipalTags);

/// <summary>Returns the principal tag map of one configured provider of a pool.</summary>
internal sealed class GetPrincipalTagAttributeMap(IDbContextFactory<ControlPlaneDb> databases)
    : IOperation<GetPrincipalTagAttributeMapInput, PrincipalTagAttributeMap>
{
    public async ValueTask<Outcome<PrincipalTagAttributeMap>> ExecuteAsync(
        GetPrincipalTagAttributeMapInput input, CallContext call, CancellationToken ct)
    {
        call.Pool = input.IdentityPoolId;
        await using var db = await databases.CreateDbContextAsync(ct);
        var pool = await db.Own(input.IdentityPoolId, call).AsNoTracking().SingleOrDefaultAsync(ct);
        if (pool is null)
        {
            return ApiError.PoolNotFound(input.IdentityPoolId);
        }

        // The map of a provider that was taken out of the pool since stays readable.
        if (pool.PrincipalTagMaps.TryGetValue(input.IdentityProviderName!, out var map))
        {
            return new PrincipalTagAttributeMap(pool.Id, input.IdentityProviderName!, map.UseDefaults, map.Tags);
        }

        return ProviderNames.OfPrincipalTags(pool).Contains(input.IdentityProviderName)
            ? new PrincipalTagAttributeMap(pool.Id, input.IdentityProviderName!, UseDefaults: null, new Dictionary<string, string>())
            : ApiError.ResourceNotFound($"Identity provider '{input.IdentityProviderName}' not found.");
    }
}
