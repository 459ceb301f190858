using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.Server.Iam;

internal sealed record UntagSAMLProviderInput(string? SAMLProviderArn, List<string?>? TagKeys)
    : IOnSamlProvider, IQueryInput<UntagSAMLProviderInput>
{
    public static UntagSAMLProviderInput Read(QueryForm form) => new(form["SAMLProviderArn"], form.List("TagKeys"));

    public void Check(Constraints on) => on
        .String("sAMLProviderArn", SAMLProviderArn, IamShapes.ArnType, required: true)
        .List("tagKeys", TagKeys, IamShapes.TagKeyListType, required: true);

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) =>
        IOnSamlProvider.On(SAMLProviderArn!) with { TagKeys = TagKeys };
}

/// <summary>Takes tags off a SAML provider. A key that it does not have is no error.</summary>
internal sealed class UntagSAMLProvider(IamRows rows) : IOperation<UntagSAMLProviderInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(UntagSAMLProviderInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeSamlProviderAsync<NoOutput>(
            input.SAMLProviderArn!,
            call,
            (_, provider) =>
            {
                provider.Tags = TagSet.OfSamlProvider.Without(provider.Tags, input.TagKeys!);
                return Task.FromResult<Outcome<NoOutput>>(NoOutput.Instance);
            },
            ct);
}
