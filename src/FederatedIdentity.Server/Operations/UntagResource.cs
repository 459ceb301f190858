using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.Server.Operations;

internal sealed record UntagResourceInput(string? ResourceArn, List<string?>? TagKeys) : IOnResourceArn
{
    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) => ActedOn.Of(this) with { TagKeys = TagKeys };

    public void Check(Constraints on) => on
        .String("resourceArn", ResourceArn, ModelShapes.ARNString, required: true)
        .List("tagKeys", TagKeys, ModelShapes.IdentityPoolTagsListType, required: true);
}

/// <summary>Takes tags off a pool; keys that it does not have are ignored.</summary>
internal sealed class UntagResource(PoolTags pools) : IOperation<UntagResourceInput, EmptyResponse>
{
    public ValueTask<Outcome<EmptyResponse>> ExecuteAsync(UntagResourceInput input, CallContext call, CancellationToken ct) =>
        pools.ChangeAsync(input.ResourceArn!, call, tags => input.TagKeys!.ForEach(key => tags.Remove(key!)), ct);
}
