namespace FederatedIdentity.Server.Iam;

internal sealed record DeleteSAMLProviderInput(string? SAMLProviderArn) : IOnSamlProvider, IQueryInput<DeleteSAMLProviderInput>
{
    public static DeleteSAMLProviderInput Read(QueryForm form) => new(form["SAMLProviderArn"]);

    public void Check(Constraints on) => on.String("sAMLProviderArn", SAMLProviderArn, IamShapes.ArnType, required: true);
}

/// <summary>Takes a SAML provider's trust away. Pools keep the ARN, which vouches for nobody any more.</summary>
internal sealed class DeleteSAMLProvider(IamRows rows) : IOperation<DeleteSAMLProviderInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(DeleteSAMLProviderInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeSamlProviderAsync<NoOutput>(
            input.SAMLProviderArn!,
            call,
            (db, provider) =>
            {
                db.SamlProviders.Remove(provider);
                return Task.FromResult<Outcome<NoOutput>>(NoOutput.Instance);
            },
            ct);
}
