using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Iam;

internal sealed record ListUsersInput(string? PathPrefix, string? Marker, long? MaxItems) : IQueryInput<ListUsersInput>
{
    public static ListUsersInput Read(QueryForm form) => new(form["PathPrefix"], form["Marker"], form.Number("MaxItems"));

    public void Check(Constraints on) => on
        .String("pathPrefix", PathPrefix, IamShapes.PathPrefixType)
        .Page(Marker, MaxItems);

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) =>
        new(deployment.UserArn(accountId, PathPrefix ?? "/", ""));
}

internal sealed record ListUsersResult(IReadOnlyList<UserShape> Users, string? Marker) : IXmlOutput
{
    public bool IsTruncated => Marker is not null;

    public void WriteTo(XmlAnswer xml) => xml.List("Users", Users).Flag("IsTruncated", IsTruncated).Text("Marker", Marker);
}

/// <summary>The users of the caller's account in the order of their names; their tags are left out, as in AWS.</summary>
internal sealed class ListUsers(IDbContextFactory<ControlPlaneDb> databases, IamPages pages, IOptions<DeploymentOptions> deployment)
    : IOperation<ListUsersInput, ListUsersResult>
{
    public async ValueTask<Outcome<ListUsersResult>> ExecuteAsync(ListUsersInput input, CallContext call, CancellationToken ct)
    {
        var prefix = input.PathPrefix ?? "/";
        var scope = $"{nameof(ListUsers)}|{call.AccountId}|{prefix}";
        if (pages.After(scope, input.Marker) is not { } after)
        {
            return IamPages.ForeignMarker;
        }

        var size = IamPages.SizeOf(input.MaxItems);
        await using var db = await databases.CreateDbContextAsync(ct);
        var found = await db.IamUsers
            .Where(user => user.AccountId == call.AccountId && user.Path.StartsWith(prefix) && user.Name.CompareTo(after) > 0)
            .OrderBy(user => user.Name)
            .Take(size + 1)
            .Select(user => new { user.Path, user.Name, user.Id, user.CreatedAt })
            .ToListAsync(ct);
        var page = pages.Cut(found, size, scope, user => user.Name);
        return new ListUsersResult(
            [.. page.Items.Select(user => new UserShape(
                user.Path, user.Name, user.Id, deployment.Value.UserArn(call.AccountId, user.Path, user.Name), user.CreatedAt,
                Tags: null))],
            page.Marker);
    }
}
