using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Operations;

internal sealed record UpdateIdentityPoolInput(
    string? IdentityPoolId,
    string? IdentityPoolName,
    bool? AllowUnauthenticatedIdentities,
    bool? AllowClassicFlow,
    Dictionary<string, string?>? SupportedLoginProviders,
    string? DeveloperProviderName,
    List<string?>? OpenIdConnectProviderARNs,
    List<CognitoIdentityProviderShape?>? CognitoIdentityProviders,
    List<string?>? SamlProviderARNs,
    Dictionary<string, string?>? IdentityPoolTags) : IWireInput
{
    public PoolSettings Settings => new(
        IdentityPoolName, AllowUnauthenticatedIdentities, AllowClassicFlow, SupportedLoginProviders, DeveloperProviderName,
        OpenIdConnectProviderARNs, CognitoIdentityProviders, SamlProviderARNs, IdentityPoolTags);

    public void Check(Constraints on)
    {
        on.String("identityPoolId", IdentityPoolId, ModelShapes.IdentityPoolId, required: true);
        Settings.Check(on);
    }
}

/// <summary>
/// Replaces a pool's settings as a whole: a member that is left out falls back to its default. Two things outlive that: the
/// developer provider's name, which never changes once set, and tags, which have operations of their own.
/// </summary>
internal sealed class UpdateIdentityPool(
    IDbContextFactory<ControlPlaneDb> databases, IPoolCatalog catalog, IOptions<DeploymentOptions> deployment, TimeProvider clock)
    : IOperation<UpdateIdentityPoolInput, IdentityPool>
{
    public async ValueTask<Outcome<IdentityPool>> ExecuteAsync(UpdateIdentityPoolInput input, CallContext call, CancellationToken ct)
    {
        call.Pool = input.IdentityPoolId;
        var settings = input.Settings;
        await using var db = await databases.CreateDbContextAsync(ct);
        var pool = await db.Own(input.IdentityPoolId, call).Include(row => row.Tags).SingleOrDefaultAsync(ct);
        if (pool is null)
        {
            return ApiError.PoolNotFound(input.IdentityPoolId);
        }

        if (settings.Objection(deployment.Value, call.AccountId, pool.DeveloperProviderName ?? settings.DeveloperProviderName) is { } objection)
        {
            return objection;
        }

        if (pool.DeveloperProviderName is { } name && (settings.DeveloperProviderName ?? name) != name)
        {
            return ApiError.InvalidParameter("Developer provider name cannot be changed.");
        }

        settings.ApplyTo(pool);
        settings.ApplyTagsTo(pool);
        pool.ModifiedAt = clock.GetUtcNow();
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException failure) when (ControlPlaneDb.IsLostRace(failure))
        {
            return ApiError.ConcurrentModification();
        }

        catalog.Forget(new PoolId(pool.Id));
        return IdentityPool.Of(pool);
    }
}
