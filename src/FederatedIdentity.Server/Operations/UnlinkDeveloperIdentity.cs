using System.Diagnostics;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.Server.Operations;

internal sealed record UnlinkDeveloperIdentityInput(
    string? IdentityId, string? IdentityPoolId, string? DeveloperProviderName, string? DeveloperUserIdentifier) : IOnPool
{
    public void Check(Constraints on) => on
        .String("identityId", IdentityId, ModelShapes.IdentityId, required: true)
        .String("identityPoolId", IdentityPoolId, ModelShapes.IdentityPoolId, required: true)
        .String("developerProviderName", DeveloperProviderName, ModelShapes.DeveloperProviderName, required: true)
        .String("developerUserIdentifier", DeveloperUserIdentifier, ModelShapes.DeveloperUserIdentifier, required: true);
}

/// <summary>
/// Takes one developer user off an identity. The user is a new one the next time; an identity without logins is disabled for good.
/// </summary>
internal sealed class UnlinkDeveloperIdentity(IIdentityStore store, IPoolCatalog pools, IdentityUnlinker unlinker)
    : IOperation<UnlinkDeveloperIdentityInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(UnlinkDeveloperIdentityInput input, CallContext call, CancellationToken ct)
    {
        call.Pool = input.IdentityPoolId;
        if (await pools.FindOwnAsync(input.IdentityPoolId, call, ct) is not { } pool)
        {
            return ApiError.PoolNotFound(input.IdentityPoolId);
        }

        if (pool.DeveloperProviderName != input.DeveloperProviderName)
        {
            return DeveloperUsers.UnsupportedProvider;
        }

        if (await store.LoadAsync([new IdentityId(input.IdentityId!)], ct) is not [var identity] || identity.Pool != pool.Id)
        {
            return ApiError.IdentityNotFound(input.IdentityId);
        }

        var user = DeveloperUsers.LoginOf(pool, input.DeveloperUserIdentifier!);
        return await unlinker.UnlinkAsync(identity, user, call, ct) switch
        {
            UnlinkOutcome.Done => NoOutput.Instance,
            UnlinkOutcome.IdentityNotFound => ApiError.IdentityNotFound(input.IdentityId),
            UnlinkOutcome.NotLinked => (await store.OwnersAsync(pool.Id, [user], ct)).Count > 0
                ? LookupDeveloperIdentity.Mismatch
                : DeveloperUsers.NotFound(input.DeveloperUserIdentifier),
            _ => throw new UnreachableException(),
        };
    }
}
