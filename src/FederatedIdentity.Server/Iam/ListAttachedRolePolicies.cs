using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record ListAttachedRolePoliciesInput(string? RoleName, string? PathPrefix, string? Marker, long? MaxItems)
    : IOnRole, IQueryInput<ListAttachedRolePoliciesInput>
{
    public static ListAttachedRolePoliciesInput Read(QueryForm form) =>
        new(form["RoleName"], form["PathPrefix"], form["Marker"], form.Number("MaxItems"));

    public void Check(Constraints on) => on
        .String("roleName", RoleName, IamShapes.RoleNameType, required: true)
        .String("pathPrefix", PathPrefix, IamShapes.PolicyPathType)
        .Page(Marker, MaxItems);
}

internal sealed record ListAttachedRolePoliciesResult : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml.List("AttachedPolicies", Array.Empty<string>()).Flag("IsTruncated", value: false);
}

/// <summary>Always none: managed policies are not supported. Clients ask before they delete a role.</summary>
internal sealed class ListAttachedRolePolicies(IDbContextFactory<ControlPlaneDb> databases)
    : IOperation<ListAttachedRolePoliciesInput, ListAttachedRolePoliciesResult>
{
    public async ValueTask<Outcome<ListAttachedRolePoliciesResult>> ExecuteAsync(
        ListAttachedRolePoliciesInput input, CallContext call, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.IamRoles.AnyAsync(row => row.AccountId == call.AccountId && row.Name == input.RoleName, ct)
            ? new ListAttachedRolePoliciesResult()
            : IamErrors.NoRole(input.RoleName);
    }
}
