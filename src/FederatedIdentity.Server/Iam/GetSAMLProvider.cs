using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record GetSAMLProviderInput(string? SAMLProviderArn) : IOnSamlProvider, IQueryInput<GetSAMLProviderInput>
{
    public static GetSAMLProviderInput Read(QueryForm form) => new(form["SAMLProviderArn"]);

    public void Check(Constraints on) => on.String("sAMLProviderArn", SAMLProviderArn, IamShapes.ArnType, required: true);
}

internal sealed record GetSAMLProviderResult(
    string SAMLMetadataDocument, DateTimeOffset CreateDate, DateTimeOffset? ValidUntil, IReadOnlyList<Tag>? Tags) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml
        .Text("SAMLMetadataDocument", SAMLMetadataDocument).Time("CreateDate", CreateDate).Time("ValidUntil", ValidUntil)
        .List("Tags", Tags);
}

/// <summary>Shows a SAML provider, with its metadata as it was given.</summary>
internal sealed class GetSAMLProvider(IDbContextFactory<ControlPlaneDb> databases) : IOperation<GetSAMLProviderInput, GetSAMLProviderResult>
{
    public async ValueTask<Outcome<GetSAMLProviderResult>> ExecuteAsync(GetSAMLProviderInput input, CallContext call, CancellationToken ct)
    {
        var arn = input.SAMLProviderArn!;
        if (ProviderArn.TryParse(arn, ProviderArn.Saml) is null)
        {
            return IamErrors.MalformedArn(arn);
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var provider = await db.SamlProviders.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Arn == arn && row.AccountId == call.AccountId, ct);
        return provider is null
            ? IamErrors.NoSamlProvider(arn)
            : new GetSAMLProviderResult(provider.Metadata, provider.CreatedAt, provider.ValidUntil, Tag.SomeOf(provider.Tags));
    }
}
