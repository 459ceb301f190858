namespace FederatedIdentity.Server.Iam;

internal sealed record DeleteOpenIDConnectProviderInput(string? OpenIDConnectProviderArn)
    : IOnOpenIdConnectProvider, IQueryInput<DeleteOpenIDConnectProviderInput>
{
    public static DeleteOpenIDConnectProviderInput Read(QueryForm form) => new(form["OpenIDConnectProviderArn"]);

    public void Check(Constraints on) =>
        on.String("openIDConnectProviderArn", OpenIDConnectProviderArn, IamShapes.ArnType, required: true);
}

/// <summary>Takes an issuer's trust away. Pools keep the ARN, which vouches for nobody any more.</summary>
internal sealed class DeleteOpenIDConnectProvider(IamRows rows) : IOperation<DeleteOpenIDConnectProviderInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(
        DeleteOpenIDConnectProviderInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeOpenIdConnectProviderAsync<NoOutput>(
            input.OpenIDConnectProviderArn!,
            call,
            (db, provider) =>
            {
                db.OpenIdConnectProviders.Remove(provider); // Its client ids go with it: the database cascades.
                return Task.FromResult<Outcome<NoOutput>>(NoOutput.Instance);
            },
            ct);
}
