namespace FederatedIdentity.Server.Iam;

internal sealed record UpdateOpenIDConnectProviderThumbprintInput(string? OpenIDConnectProviderArn, List<string?>? ThumbprintList)
    : IOnOpenIdConnectProvider, IQueryInput<UpdateOpenIDConnectProviderThumbprintInput>
{
    public static UpdateOpenIDConnectProviderThumbprintInput Read(QueryForm form) =>
        new(form["OpenIDConnectProviderArn"], form.List("ThumbprintList"));

    public void Check(Constraints on) => on
        .String("openIDConnectProviderArn", OpenIDConnectProviderArn, IamShapes.ArnType, required: true)
        .List("thumbprintList", ThumbprintList, IamShapes.ThumbprintListType, required: true);
}

/// <summary>Replaces the whole list of thumbprints.</summary>
internal sealed class UpdateOpenIDConnectProviderThumbprint(IamRows rows)
    : IOperation<UpdateOpenIDConnectProviderThumbprintInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(
        UpdateOpenIDConnectProviderThumbprintInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeOpenIdConnectProviderAsync<NoOutput>(
            input.OpenIDConnectProviderArn!,
            call,
            (_, provider) =>
            {
                if (OpenIdConnectRules.ObjectionTo(input.ThumbprintList) is { } objection)
                {
                    return Task.FromResult<Outcome<NoOutput>>(objection);
                }

                provider.Thumbprints = [.. input.ThumbprintList!.Select(thumbprint => thumbprint!)];
                return Task.FromResult<Outcome<NoOutput>>(NoOutput.Instance);
            },
            ct);
}
