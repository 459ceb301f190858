using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record ListInstanceProfilesForRoleInput(string? RoleName, string? Marker, long? MaxItems)
    : IOnRole, IQueryInput<ListInstanceProfilesForRoleInput>
{
    public static ListInstanceProfilesForRoleInput Read(QueryForm form) =>
        new(form["RoleName"], form["Marker"], form.Number("MaxItems"));

    public void Check(Constraints on) => on
        .String("roleName", RoleName, IamShapes.RoleNameType, required: true)
        .Page(Marker, MaxItems);
}

internal sealed record ListInstanceProfilesForRoleResult : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml.List("InstanceProfiles", Array.Empty<string>()).Flag("IsTruncated", value: false);
}

/// <summary>Always none: there are no instances. Clients ask before they delete a role.</summary>
internal sealed class ListInstanceProfilesForRole(IDbContextFactory<ControlPlaneDb> databases)
    : IOperation<ListInstanceProfilesForRoleInput, ListInstanceProfilesForRoleResult>
{
    public async ValueTask<Outcome<ListInstanceProfilesForRoleResult>> ExecuteAsync(
        ListInstanceProfilesForRoleInput input, CallContext call, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.IamRoles.AnyAsync(row => row.AccountId == call.AccountId && row.Name == input.RoleName, ct)
            ? new ListInstanceProfilesForRoleResult()
            : IamErrors.NoRole(input.RoleName);
    }
}
