using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record ListSAMLProvidersInput : IQueryInput<ListSAMLProvidersInput>
{
    public static ListSAMLProvidersInput Read(QueryForm form) => new();

    public void Check(Constraints on)
    {
        // The action takes no parameters.
    }

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) => new(deployment.SamlProviderArn(accountId, "*"));
}

internal sealed record ListSAMLProvidersResult(IReadOnlyList<SAMLProviderListEntry> SAMLProviderList) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml.List("SAMLProviderList", SAMLProviderList);
}

internal sealed record SAMLProviderListEntry(string Arn, DateTimeOffset? ValidUntil, DateTimeOffset CreateDate) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml.Text("Arn", Arn).Time("ValidUntil", ValidUntil).Time("CreateDate", CreateDate);
}

/// <summary>The account's SAML providers, all of them, in the order of their ARNs.</summary>
internal sealed class ListSAMLProviders(IDbContextFactory<ControlPlaneDb> databases)
    : IOperation<ListSAMLProvidersInput, ListSAMLProvidersResult>
{
    public async ValueTask<Outcome<ListSAMLProvidersResult>> ExecuteAsync(
        ListSAMLProvidersInput input, CallContext call, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return new ListSAMLProvidersResult(await db.SamlProviders
            .Where(provider => provider.AccountId == call.AccountId)
            .OrderBy(provider => provider.Arn)
            .Select(provider => new SAMLProviderListEntry(provider.Arn, provider.ValidUntil, provider.CreatedAt))
            .ToListAsync(ct));
    }
}
