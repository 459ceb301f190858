using FederatedIdentity.Providers.Saml;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Postgres.Tables;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Iam;

internal sealed record CreateSAMLProviderInput(string? SAMLMetadataDocument, string? Name, List<Tag?>? Tags)
    : IQueryInput<CreateSAMLProviderInput>
{
    public static CreateSAMLProviderInput Read(QueryForm form) =>
        new(form["SAMLMetadataDocument"], form["Name"], form.Structures("Tags", Tag.Read));

    public void Check(Constraints on) => on
        .String("sAMLMetadataDocument", SAMLMetadataDocument, IamShapes.SAMLMetadataDocumentType, required: true)
        .String("name", Name, IamShapes.SAMLProviderNameType, required: true)
        .List("tags", Tags, IamShapes.TagListType);

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) =>
        new(deployment.SamlProviderArn(accountId, Name!)) { RequestTags = Tag.InRequest(Tags) };
}

internal sealed record CreateSAMLProviderResult(string SAMLProviderArn, IReadOnlyList<Tag>? Tags) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml.Text("SAMLProviderArn", SAMLProviderArn).List("Tags", Tags);
}

/// <summary>Registers a SAML identity provider by its metadata. Pools that name its ARN trust it from then on.</summary>
internal sealed class CreateSAMLProvider(IamRows rows, IOptions<DeploymentOptions> deployment, TimeProvider clock)
    : IOperation<CreateSAMLProviderInput, CreateSAMLProviderResult>
{
    /// <summary>AWS quota.</summary>
    private const int MostProviders = 100;

    public async ValueTask<Outcome<CreateSAMLProviderResult>> ExecuteAsync(
        CreateSAMLProviderInput input, CallContext call, CancellationToken ct)
    {
        if (SamlMetadata.TryParse(input.SAMLMetadataDocument!, out var fault) is not { } trust)
        {
            return IamErrors.UnusableMetadata(fault);
        }

        var tags = TagSet.OfSamlProvider.OfNew(input.Tags);
        return tags.Error is { } objection
            ? objection
            : await rows.CreateAsync(call, db => CreateAsync(db, input, trust, tags.Value!, call, ct), ct);
    }

    private async Task<Outcome<CreateSAMLProviderResult>> CreateAsync(
        ControlPlaneDb db,
        CreateSAMLProviderInput input,
        SamlMetadata trust,
        Dictionary<string, string> tags,
        CallContext call,
        CancellationToken ct)
    {
        var arn = deployment.Value.SamlProviderArn(call.AccountId, input.Name!);
        if (await db.SamlProviders.AnyAsync(provider => provider.Arn == arn, ct))
        {
            return IamErrors.Exists("SAML Provider", input.Name);
        }

        if (await db.SamlProviders.CountAsync(provider => provider.AccountId == call.AccountId, ct) >= MostProviders)
        {
            return IamErrors.OverQuota("SAMLProvidersPerAccount", MostProviders);
        }

        db.SamlProviders.Add(new SamlProviderRow
        {
            Arn = arn,
            AccountId = call.AccountId,
            Name = input.Name!,
            Id = Guid.NewGuid(),
            Metadata = input.SAMLMetadataDocument!,
            EntityId = trust.EntityId,
            SigningKeys = [.. trust.SigningKeys],
            ValidUntil = trust.ValidUntil,
            Tags = tags,
            CreatedAt = clock.GetUtcNow(),
        });
        return new CreateSAMLProviderResult(arn, Tag.SomeOf(tags));
    }
}
