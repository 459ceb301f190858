using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.Server.Iam;

internal sealed record TagOpenIDConnectProviderInput(string? OpenIDConnectProviderArn, List<Tag?>? Tags)
    : IOnOpenIdConnectProvider, IQueryInput<TagOpenIDConnectProviderInput>
{
    public static TagOpenIDConnectProviderInput Read(QueryForm form) =>
        new(form["OpenIDConnectProviderArn"], form.Structures("Tags", Tag.Read));

    public void Check(Constraints on) => on
        .String("openIDConnectProviderArn", OpenIDConnectProviderArn, IamShapes.ArnType, required: true)
        .List("tags", Tags, IamShapes.TagListType, required: true);

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) =>
        IOnOpenIdConnectProvider.On(OpenIDConnectProviderArn!) with { RequestTags = Tag.InRequest(Tags) };
}

/// <summary>Adds tags to an OIDC provider, or gives those it has other values.</summary>
internal sealed class TagOpenIDConnectProvider(IamRows rows) : IOperation<TagOpenIDConnectProviderInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(TagOpenIDConnectProviderInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeOpenIdConnectProviderAsync<NoOutput>(
            input.OpenIDConnectProviderArn!,
            call,
            (_, provider) =>
            {
                var tags = TagSet.OfOpenIdConnectProvider.With(provider.Tags, input.Tags);
                provider.Tags = tags.Value ?? provider.Tags;
                return Task.FromResult<Outcome<NoOutput>>(tags.Error is { } objection ? objection : NoOutput.Instance);
            },
            ct);
}
