using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.Server.Iam;

internal sealed record UntagOpenIDConnectProviderInput(string? OpenIDConnectProviderArn, List<string?>? TagKeys)
    : IOnOpenIdConnectProvider, IQueryInput<UntagOpenIDConnectProviderInput>
{
    public static UntagOpenIDConnectProviderInput Read(QueryForm form) => new(form["OpenIDConnectProviderArn"], form.List("TagKeys"));

    public void Check(Constraints on) => on
        .String("openIDConnectProviderArn", OpenIDConnectProviderArn, IamShapes.ArnType, required: true)
        .List("tagKeys", TagKeys, IamShapes.TagKeyListType, required: true);

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) =>
        IOnOpenIdConnectProvider.On(OpenIDConnectProviderArn!) with { TagKeys = TagKeys };
}

/// <summary>Takes tags off an OIDC provider. A key that it does not have is no error.</summary>
internal sealed class UntagOpenIDConnectProvider(IamRows rows) : IOperation<UntagOpenIDConnectProviderInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(UntagOpenIDConnectProviderInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeOpenIdConnectProviderAsync<NoOutput>(
            input.OpenIDConnectProviderArn!,
            call,
            (_, provider) =>
            {
                provider.Tags = TagSet.OfOpenIdConnectProvider.Without(provider.Tags, input.TagKeys!);
                return Task.FromResult<Outcome<NoOutput>>(NoOutput.Instance);
            },
            ct);
}
