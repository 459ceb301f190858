using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Iam;

internal sealed record ListRolesInput(string? PathPrefix, string? Marker, long? MaxItems) : IQueryInput<ListRolesInput>
{
    public static ListRolesInput Read(QueryForm form) => new(form["PathPrefix"], form["Marker"], form.Number("MaxItems"));

    public void Check(Constraints on) => on
        .String("pathPrefix", PathPrefix, IamShapes.PathPrefixType)
        .Page(Marker, MaxItems);

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) =>
        new(deployment.RoleArn(accountId, PathPrefix ?? "/", ""));
}

internal sealed record ListRolesResult(IReadOnlyList<RoleShape> Roles, string? Marker) : IXmlOutput
{
    public bool IsTruncated => Marker is not null;

    public void WriteTo(XmlAnswer xml) => xml.List("Roles", Roles).Flag("IsTruncated", IsTruncated).Text("Marker", Marker);
}

/// <summary>The roles of the caller's account in the order of their names; their tags are left out, as in AWS.</summary>
internal sealed class ListRoles(IDbContextFactory<ControlPlaneDb> databases, IamPages pages, IOptions<DeploymentOptions> deployment)
    : IOperation<ListRolesInput, ListRolesResult>
{
    /// <summary>IAM may show fewer than asked for; with their trust policies, this many are as long as an answer should be.</summary>
    private const int MostOnPage = 100;

    public async ValueTask<Outcome<ListRolesResult>> ExecuteAsync(ListRolesInput input, CallContext call, CancellationToken ct)
    {
        var prefix = input.PathPrefix ?? "/";
        var scope = $"{nameof(ListRoles)}|{call.AccountId}|{prefix}";
        if (pages.After(scope, input.Marker) is not { } after)
        {
            return IamPages.ForeignMarker;
        }

        var size = Math.Min(IamPages.SizeOf(input.MaxItems), MostOnPage);
        await using var db = await databases.CreateDbContextAsync(ct);
        var found = await db.IamRoles.AsNoTracking()
            .Where(role => role.AccountId == call.AccountId && role.Path.StartsWith(prefix) && role.Name.CompareTo(after) > 0)
            .OrderBy(role => role.Name)
            .Take(size + 1)
            .ToListAsync(ct);
        var page = pages.Cut(found, size, scope, role => role.Name);
        return new ListRolesResult(
            [.. page.Items.Select(role => RoleShape.Of(role, deployment.Value) with { Tags = null })], page.Marker);
    }
}
