using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record GetOpenIDConnectProviderInput(string? OpenIDConnectProviderArn)
    : IOnOpenIdConnectProvider, IQueryInput<GetOpenIDConnectProviderInput>
{
    public static GetOpenIDConnectProviderInput Read(QueryForm form) => new(form["OpenIDConnectProviderArn"]);

    public void Check(Constraints on) =>
        on.String("openIDConnectProviderArn", OpenIDConnectProviderArn, IamShapes.ArnType, required: true);
}

internal sealed record GetOpenIDConnectProviderResult(
    string Url,
    IReadOnlyList<string> ClientIDList,
    IReadOnlyList<string> ThumbprintList,
    DateTimeOffset CreateDate,
    IReadOnlyList<Tag>? Tags) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml
        .Text("Url", Url).List("ClientIDList", ClientIDList).List("ThumbprintList", ThumbprintList)
        .Time("CreateDate", CreateDate).List("Tags", Tags);
}

/// <summary>
/// Shows an OIDC provider; its URL without https://, as AWS does. A plain http one, which AWS does not know, keeps its scheme.
/// </summary>
internal sealed class GetOpenIDConnectProvider(IDbContextFactory<ControlPlaneDb> databases)
    : IOperation<GetOpenIDConnectProviderInput, GetOpenIDConnectProviderResult>
{
    public async ValueTask<Outcome<GetOpenIDConnectProviderResult>> ExecuteAsync(
        GetOpenIDConnectProviderInput input, CallContext call, CancellationToken ct)
    {
        var arn = input.OpenIDConnectProviderArn!;
        if (ProviderArn.TryParse(arn, ProviderArn.OpenIdConnect) is null)
        {
            return IamErrors.MalformedArn(arn);
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var provider = await db.OpenIdConnectProviders.AsNoTracking().Include(row => row.Clients)
            .SingleOrDefaultAsync(row => row.Arn == arn && row.AccountId == call.AccountId, ct);
        return provider is null
            ? IamErrors.NoOpenIdConnectProvider(arn)
            : new GetOpenIDConnectProviderResult(
                provider.Url.StartsWith("https://", StringComparison.Ordinal) ? OpenIdConnectProvider.KeyOf(provider.Url) : provider.Url,
                [.. provider.Clients.Select(client => client.ClientId).Order(StringComparer.Ordinal)],
                provider.Thumbprints,
                provider.CreatedAt,
                Tag.SomeOf(provider.Tags));
    }
}
