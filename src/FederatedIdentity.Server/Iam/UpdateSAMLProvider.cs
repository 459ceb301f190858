using FederatedIdentity.Providers.Saml;

namespace FederatedIdentity.Server.Iam;

internal sealed record UpdateSAMLProviderInput(string? SAMLMetadataDocument, string? SAMLProviderArn)
    : IOnSamlProvider, IQueryInput<UpdateSAMLProviderInput>
{
    public static UpdateSAMLProviderInput Read(QueryForm form) => new(form["SAMLMetadataDocument"], form["SAMLProviderArn"]);

    public void Check(Constraints on) => on
        .String("sAMLMetadataDocument", SAMLMetadataDocument, IamShapes.SAMLMetadataDocumentType, required: true)
        .String("sAMLProviderArn", SAMLProviderArn, IamShapes.ArnType, required: true);
}

internal sealed record UpdateSAMLProviderResult(string SAMLProviderArn) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml.Text("SAMLProviderArn", SAMLProviderArn);
}

/// <summary>Replaces a SAML provider's metadata, as when it changes its keys.</summary>
internal sealed class UpdateSAMLProvider(IamRows rows) : IOperation<UpdateSAMLProviderInput, UpdateSAMLProviderResult>
{
    public async ValueTask<Outcome<UpdateSAMLProviderResult>> ExecuteAsync(
        UpdateSAMLProviderInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeSamlProviderAsync<UpdateSAMLProviderResult>(
            input.SAMLProviderArn!,
            call,
            (_, provider) =>
            {
                if (SamlMetadata.TryParse(input.SAMLMetadataDocument!, out var fault) is not { } trust)
                {
                    return Task.FromResult<Outcome<UpdateSAMLProviderResult>>(IamErrors.UnusableMetadata(fault));
                }

                provider.Metadata = input.SAMLMetadataDocument!;
                provider.EntityId = trust.EntityId;
                provider.SigningKeys = [.. trust.SigningKeys];
                provider.ValidUntil = trust.ValidUntil;
                return Task.FromResult<Outcome<UpdateSAMLProviderResult>>(new UpdateSAMLProviderResult(provider.Arn));
            },
            ct);
}
