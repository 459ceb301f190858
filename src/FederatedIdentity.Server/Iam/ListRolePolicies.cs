using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record ListRolePoliciesInput(string? RoleName, string? Marker, long? MaxItems) : IOnRole, IQueryInput<ListRolePoliciesInput>
{
    public static ListRolePoliciesInput Read(QueryForm form) => new(form["RoleName"], form["Marker"], form.Number("MaxItems"));

    public void Check(Constraints on) => on
        .String("roleName", RoleName, IamShapes.RoleNameType, required: true)
        .Page(Marker, MaxItems);
}

/// <summary>The names of a role's inline policies in their order.</summary>
internal sealed class ListRolePolicies(IDbContextFactory<ControlPlaneDb> databases, IamPages pages)
    : IOperation<ListRolePoliciesInput, PolicyNamePage>
{
    public async ValueTask<Outcome<PolicyNamePage>> ExecuteAsync(ListRolePoliciesInput input, CallContext call, CancellationToken ct)
    {
        var scope = $"{nameof(ListRolePolicies)}|{call.AccountId}|{input.RoleName}";
        if (pages.After(scope, input.Marker) is not { } after)
        {
            return IamPages.ForeignMarker;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        if (!await db.IamRoles.AnyAsync(row => row.AccountId == call.AccountId && row.Name == input.RoleName, ct))
        {
            return IamErrors.NoRole(input.RoleName);
        }

        var found = await db.IamRolePolicies
            .Where(policy => policy.AccountId == call.AccountId && policy.RoleName == input.RoleName && policy.Name.CompareTo(after) > 0)
            .OrderBy(policy => policy.Name)
            .Select(policy => policy.Name)
            .Take(IamPages.SizeOf(input.MaxItems) + 1)
            .ToListAsync(ct);
        var page = pages.Cut(found, IamPages.SizeOf(input.MaxItems), scope, name => name);
        return new PolicyNamePage(page.Items, page.Marker);
    }
}
