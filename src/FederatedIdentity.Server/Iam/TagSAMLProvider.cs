using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.Server.Iam;

internal sealed record TagSAMLProviderInput(string? SAMLProviderArn, List<Tag?>? Tags) : IOnSamlProvider, IQueryInput<TagSAMLProviderInput>
{
    public static TagSAMLProviderInput Read(QueryForm form) => new(form["SAMLProviderArn"], form.Structures("Tags", Tag.Read));

    public void Check(Constraints on) => on
        .String("sAMLProviderArn", SAMLProviderArn, IamShapes.ArnType, required: true)
        .List("tags", Tags, IamShapes.TagListType, required: true);

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) =>
        IOnSamlProvider.On(SAMLProviderArn!) with { RequestTags = Tag.InRequest(Tags) };
}

/// <summary>Adds tags to a SAML provider, or gives those it has other values.</summary>
internal sealed class TagSAMLProvider(IamRows rows) : IOperation<TagSAMLProviderInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(TagSAMLProviderInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeSamlProviderAsync<NoOutput>(
            input.SAMLProviderArn!,
            call,
            (_, provider) =>
            {
                var tags = TagSet.OfSamlProvider.With(provider.Tags, input.Tags);
                provider.Tags = tags.Value ?? provider.Tags;
                return Task.FromResult<Outcome<NoOutput>>(tags.Error is { } objection ? objection : NoOutput.Instance);
            },
            ct);
}
