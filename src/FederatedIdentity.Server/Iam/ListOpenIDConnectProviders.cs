using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record ListOpenIDConnectProvidersInput : IQueryInput<ListOpenIDConnectProvidersInput>
{
    public static ListOpenIDConnectProvidersInput Read(QueryForm form) => new();

    public void Check(Constraints on)
    {
        // The action takes no parameters.
    }

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) =>
        new(deployment.OpenIdConnectProviderArn(accountId, "*"));
}

internal sealed record ListOpenIDConnectProvidersResult(IReadOnlyList<OpenIDConnectProviderListEntry> OpenIDConnectProviderList)
    : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml.List("OpenIDConnectProviderList", OpenIDConnectProviderList);
}

internal sealed record OpenIDConnectProviderListEntry(string Arn) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml.Text("Arn", Arn);
}

/// <summary>The account's OIDC providers, all of them, in the order of their ARNs.</summary>
internal sealed class ListOpenIDConnectProviders(IDbContextFactory<ControlPlaneDb> databases)
    : IOperation<ListOpenIDConnectProvidersInput, ListOpenIDConnectProvidersResult>
{
    public async ValueTask<Outcome<ListOpenIDConnectProvidersResult>> ExecuteAsync(
        ListOpenIDConnectProvidersInput input, CallContext call, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return new ListOpenIDConnectProvidersResult(await db.OpenIdConnectProviders
            .Where(provider => provider.AccountId == call.AccountId)
            .OrderBy(provider => provider.Arn)
            .Select(provider => new OpenIDConnectProviderListEntry(provider.Arn))
            .ToListAsync(ct));
    }
}
