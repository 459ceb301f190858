using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.Server.Operations;

internal sealed record TagResourceInput(string? ResourceArn, Dictionary<string, string?>? Tags) : IOnResourceArn
{
    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) => ActedOn.Of(this) with { RequestTags = Tags };

    public void Check(Constraints on) => on
        .String("resourceArn", ResourceArn, ModelShapes.ARNString, required: true)
        .Map("tags", Tags, ModelShapes.IdentityPoolTagsType, required: true);
}

/// <summary>Adds tags to a pool, or gives those it has other values.</summary>
internal sealed class TagResource(PoolTags pools) : IOperation<TagResourceInput, EmptyResponse>
{
    public ValueTask<Outcome<EmptyResponse>> ExecuteAsync(TagResourceInput input, CallContext call, CancellationToken ct) =>
        pools.ChangeAsync(
            input.ResourceArn!,
            call,
            tags =>
            {
                foreach (var (key, value) in input.Tags!)
                {
                    tags[key] = value;
                }
            },
            ct);
}
