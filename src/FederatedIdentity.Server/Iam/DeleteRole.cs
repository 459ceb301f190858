using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record DeleteRoleInput(string? RoleName) : IOnRole, IQueryInput<DeleteRoleInput>
{
    public static DeleteRoleInput Read(QueryForm form) => new(form["RoleName"]);

    public void Check(Constraints on) => on.String("roleName", RoleName, IamShapes.RoleNameType, required: true);
}

/// <summary>Deletes a role that has no policies any more. Pools that name it keep its ARN, and nobody can assume it.</summary>
internal sealed class DeleteRole(IamRows rows) : IOperation<DeleteRoleInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(DeleteRoleInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeRoleAsync<NoOutput>(
            input.RoleName,
            call,
            async (db, role) =>
            {
                if (await db.IamRolePolicies.AnyAsync(policy => policy.AccountId == role.AccountId && policy.RoleName == role.Name, ct))
                {
                    return IamErrors.StillHas("policies");
                }

                db.IamRoles.Remove(role);
                return NoOutput.Instance;
            },
            ct);
}
