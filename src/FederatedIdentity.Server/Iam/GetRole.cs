using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Iam;

internal sealed record GetRoleInput(string? RoleName) : IOnRole, IQueryInput<GetRoleInput>
{
    public static GetRoleInput Read(QueryForm form) => new(form["RoleName"]);

    public void Check(Constraints on) => on.String("roleName", RoleName, IamShapes.RoleNameType, required: true);
}

internal sealed record GetRoleResult(RoleShape Role) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml.Structure("Role", Role);
}

/// <summary>Shows a role of the caller's account.</summary>
internal sealed class GetRole(IDbContextFactory<ControlPlaneDb> databases, IOptions<DeploymentOptions> deployment)
    : IOperation<GetRoleInput, GetRoleResult>
{
    public async ValueTask<Outcome<GetRoleResult>> ExecuteAsync(GetRoleInput input, CallContext call, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var role = await db.IamRoles.AsNoTracking()
            .SingleOrDefaultAsync(row => row.AccountId == call.AccountId && row.Name == input.RoleName, ct);
        return role is null ? IamErrors.NoRole(input.RoleName) : new GetRoleResult(RoleShape.Of(role, deployment.Value));
    }
}
