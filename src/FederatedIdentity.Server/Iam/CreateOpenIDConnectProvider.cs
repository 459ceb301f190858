using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers.Engines;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Postgres.Tables;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Iam;

internal sealed record CreateOpenIDConnectProviderInput(
    string? Url, List<string?>? ClientIDList, List<string?>? ThumbprintList, List<Tag?>? Tags)
    : IQueryInput<CreateOpenIDConnectProviderInput>
{
    public static CreateOpenIDConnectProviderInput Read(QueryForm form) => new(
        form["Url"], form.List("ClientIDList"), form.List("ThumbprintList"), form.Structures("Tags", Tag.Read));

    public void Check(Constraints on) => on
        .String("url", Url, IamShapes.OpenIDConnectProviderUrlType, required: true)
        .List("clientIDList", ClientIDList, IamShapes.ClientIDListType)
        .List("thumbprintList", ThumbprintList, IamShapes.ThumbprintListType)
        .List("tags", Tags, IamShapes.TagListType);

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId)
    {
        var scheme = Url!.IndexOf("://", StringComparison.Ordinal);
        return new(deployment.OpenIdConnectProviderArn(accountId, scheme < 0 ? Url : Url[(scheme + 3)..]))
        {
            RequestTags = Tag.InRequest(Tags),
        };
    }
}

internal sealed record CreateOpenIDConnectProviderResult(string OpenIDConnectProviderArn, IReadOnlyList<Tag>? Tags) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml.Text("OpenIDConnectProviderArn", OpenIDConnectProviderArn).List("Tags", Tags);
}

/// <summary>
/// Registers an issuer. Pools that name its ARN trust it from then on. Unlike AWS it never asks the issuer for anything: thumbprints
/// are optional and not derived.
/// </summary>
internal sealed class CreateOpenIDConnectProvider(
    IamRows rows, IOptions<OutboundOptions> outbound, IOptions<DeploymentOptions> deployment, TimeProvider clock)
    : IOperation<CreateOpenIDConnectProviderInput, CreateOpenIDConnectProviderResult>
{
    /// <summary>AWS quota.</summary>
    private const int MostProviders = 100;

    public async ValueTask<Outcome<CreateOpenIDConnectProviderResult>> ExecuteAsync(
        CreateOpenIDConnectProviderInput input, CallContext call, CancellationToken ct)
    {
        string[] clients = [.. (input.ClientIDList ?? []).Select(client => client!).Distinct(StringComparer.Ordinal)];
        var tags = TagSet.OfOpenIdConnectProvider.OfNew(input.Tags);
        var objection = IssuerUrl.Objection(input.Url!, outbound.Value)
            ?? OpenIdConnectRules.ObjectionTo(input.ThumbprintList)
            ?? clients.Select(OpenIdConnectRules.ObjectionToClient).FirstOrDefault(fault => fault is not null)
            ?? tags.Error;
        if (objection is not null)
        {
            return objection;
        }

        if (clients.Length > OpenIdConnectRules.MostClientIds)
        {
            return IamErrors.OverQuota("ClientIdsPerOpenIdConnectProvider", OpenIdConnectRules.MostClientIds);
        }

        return await rows.CreateAsync(call, db => CreateAsync(db, input, clients, tags.Value!, call, ct), ct);
    }

    private async Task<Outcome<CreateOpenIDConnectProviderResult>> CreateAsync(
        ControlPlaneDb db,
        CreateOpenIDConnectProviderInput input,
        string[] clients,
        Dictionary<string, string> tags,
        CallContext call,
        CancellationToken ct)
    {
        var arn = deployment.Value.OpenIdConnectProviderArn(call.AccountId, OpenIdConnectProvider.KeyOf(input.Url!));
        if (await db.OpenIdConnectProviders.AnyAsync(provider => provider.Arn == arn, ct))
        {
            return QueryErrors.EntityAlreadyExists($"Provider with url {input.Url} already exists.");
        }

        if (await db.OpenIdConnectProviders.CountAsync(provider => provider.AccountId == call.AccountId, ct) >= MostProviders)
        {
            return IamErrors.OverQuota("OpenIdConnectProvidersPerAccount", MostProviders);
        }

        db.OpenIdConnectProviders.Add(new OpenIdConnectProviderRow
        {
            Arn = arn,
            AccountId = call.AccountId,
            Url = input.Url!,
            Thumbprints = [.. (input.ThumbprintList ?? []).Select(thumbprint => thumbprint!)],
            Tags = tags,
            CreatedAt = clock.GetUtcNow(),
            Clients = [.. clients.Select(client => new OpenIdConnectProviderClientRow { Arn = arn, ClientId = client })],
        });
        return new CreateOpenIDConnectProviderResult(arn, Tag.SomeOf(tags));
    }
}
