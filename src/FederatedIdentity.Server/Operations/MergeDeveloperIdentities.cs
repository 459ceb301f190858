using System.Diagnostics;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.Server.Operations;

internal sealed record MergeDeveloperIdentitiesInput(
    string? SourceUserIdentifier, string? DestinationUserIdentifier, string? DeveloperProviderName, string? IdentityPoolId) : IOnPool
{
    public void Check(Constraints on) => on
        .String("sourceUserIdentifier", SourceUserIdentifier, ModelShapes.DeveloperUserIdentifier, required: true)
        .String("destinationUserIdentifier", DestinationUserIdentifier, ModelShapes.DeveloperUserIdentifier, required: true)
        .String("developerProviderName", DeveloperProviderName, ModelShapes.DeveloperProviderName, required: true)
        .String("identityPoolId", IdentityPoolId, ModelShapes.IdentityPoolId, required: true);
}

internal sealed record MergeDeveloperIdentitiesResponse(string IdentityId);

/// <summary>Merges the identity of one developer user into that of another, which survives and is returned.</summary>
internal sealed class MergeDeveloperIdentities(IPoolCatalog pools, DeveloperMerger merger)
    : IOperation<MergeDeveloperIdentitiesInput, MergeDeveloperIdentitiesResponse>
{
    public async ValueTask<Outcome<MergeDeveloperIdentitiesResponse>> ExecuteAsync(
        MergeDeveloperIdentitiesInput input, CallContext call, CancellationToken ct)
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

        var source = DeveloperUsers.LoginOf(pool, input.SourceUserIdentifier!);
        var destination = DeveloperUsers.LoginOf(pool, input.DestinationUserIdentifier!);
        return await merger.MergeAsync(pool.Id, source, destination, call, ct) switch
        {
            MergeOutcome.Merged merged => new MergeDeveloperIdentitiesResponse(merged.Identity.Value),
            MergeOutcome.UserNotFound unknown => DeveloperUsers.NotFound(unknown.User.Subject),
            MergeOutcome.Refused refused => LinkErrors.Of(refused.Refusal, identityId: null),
            _ => throw new UnreachableException(),
        };
    }
}
