namespace FederatedIdentity.Server.Iam;

internal sealed record DeleteRolePolicyInput(string? RoleName, string? PolicyName) : IOnRole, IQueryInput<DeleteRolePolicyInput>
{
    public static DeleteRolePolicyInput Read(QueryForm form) => new(form["RoleName"], form["PolicyName"]);

    public void Check(Constraints on) => on
        .String("roleName", RoleName, IamShapes.RoleNameType, required: true)
        .String("policyName", PolicyName, IamShapes.PolicyNameType, required: true);
}

/// <summary>Takes an inline policy away from a role.</summary>
internal sealed class DeleteRolePolicy(IamRows rows) : IOperation<DeleteRolePolicyInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(DeleteRolePolicyInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeRoleAsync<NoOutput>(
            input.RoleName,
            call,
            async (db, role) =>
            {
                if (await db.IamRolePolicies.FindAsync([call.AccountId, role.Name, input.PolicyName], ct) is not { } policy)
                {
                    return IamErrors.NoRolePolicy(input.PolicyName);
                }

                db.IamRolePolicies.Remove(policy);
                return NoOutput.Instance;
            },
            ct);
}
