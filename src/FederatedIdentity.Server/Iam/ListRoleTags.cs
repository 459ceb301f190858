using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record ListRoleTagsInput(string? RoleName, string? Marker, long? MaxItems)
    : IOnRole, IQueryInput<ListRoleTagsInput>
{
    public static ListRoleTagsInput Read(QueryForm form) => new(form["RoleName"], form["Marker"], form.Number("MaxItems"));

    public void Check(Constraints on) => on
        .String("roleName", RoleName, IamShapes.RoleNameType, required: true)
        .Page(Marker, MaxItems);
}

/// <summary>The tags of a role in the order of their keys.</summary>
internal sealed class ListRoleTags(IDbContextFactory<ControlPlaneDb> databases, IamPages pages)
    : IOperation<ListRoleTagsInput, TagPage>
{
    public async ValueTask<Outcome<TagPage>> ExecuteAsync(ListRoleTagsInput input, CallContext call, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var role = await db.IamRoles.AsNoTracking()
            .SingleOrDefaultAsync(one => one.AccountId == call.AccountId && one.Name == input.RoleName, ct);
        return role is null
            ? IamErrors.NoRole(input.RoleName)
            : pages.Of(role.Tags, $"{nameof(ListRoleTags)}|{call.AccountId}|{input.RoleName}", input.Marker, input.MaxItems);
    }
}
