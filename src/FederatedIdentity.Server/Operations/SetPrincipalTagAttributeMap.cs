using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Operations;

internal sealed record SetPrincipalTagAttributeMapInput(
    string? IdentityPoolId, string? IdentityProviderName, bool? UseDefaults, Dictionary<string, string?>? PrincipalTags) : IOnPool
{
    public void Check(Constraints on) => on
        .String("identityPoolId", IdentityPoolId, ModelShapes.IdentityPoolId, required: true)
        .String("identityProviderName", IdentityProviderName, ModelShapes.IdentityProviderName, required: true)
        .Map("principalTags", PrincipalTags, ModelShapes.PrincipalTags);
}

/// <summary>Replaces the principal tag map of one configured provider, which is what switches its tags on.</summary>
internal sealed class SetPrincipalTagAttributeMap(IDbContextFactory<ControlPlaneDb> databases, IPoolCatalog catalog, TimeProvider clock)
    : IOperation<SetPrincipalTagAttributeMapInput, PrincipalTagAttributeMap>
{
    public async ValueTask<Outcome<PrincipalTagAttributeMap>> ExecuteAsync(
        SetPrincipalTagAttributeMapInput input, CallContext call, CancellationToken ct)
    {
        call.Pool = input.IdentityPoolId;
        var map = new PrincipalTagMap(
            input.UseDefaults ?? false, input.PrincipalTags?.ToDictionary(tag => tag.Key, tag => tag.Value!) ?? []);
        if (Objection(map) is { } objection)
        {
            return objection;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.LockOwnAsync(input.IdentityPoolId, call, ct) is not { } pool)
        {
            return ApiError.PoolNotFound(input.IdentityPoolId);
        }

        if (!ProviderNames.OfPrincipalTags(pool).Contains(input.IdentityProviderName))
        {
            return ApiError.InvalidParameter($"{input.IdentityProviderName} is not a configured provider of this identity pool.");
        }

        pool.PrincipalTagMaps = new Dictionary<string, PrincipalTagMap>(pool.PrincipalTagMaps) { [input.IdentityProviderName!] = map };
        pool.ModifiedAt = clock.GetUtcNow();
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        catalog.Forget(new PoolId(pool.Id));
        return new PrincipalTagAttributeMap(pool.Id, input.IdentityProviderName!, map.UseDefaults, map.Tags);
    }

    /// <summary>STS would refuse these tags with every credential; better here and once.</summary>
    private static ApiError? Objection(PrincipalTagMap map)
    {
        if (!map.Tags.Keys.All(PrincipalTags.IsKey))
        {
            return ApiError.InvalidParameter(
                "Tag keys may hold letters, digits, spaces and _ . : / = + - @ only, and must not start with aws:.");
        }

        return TagRules.HasSamePrincipalTags([.. map.Tags.Keys]) ? TagRules.SamePrincipalTag : null;
    }
}
