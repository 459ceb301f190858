using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record GetRolePolicyInput(string? RoleName, string? PolicyName) : IOnRole, IQueryInput<GetRolePolicyInput>
{
    public static GetRolePolicyInput Read(QueryForm form) => new(form["RoleName"], form["PolicyName"]);

    public void Check(Constraints on) => on
        .String("roleName", RoleName, IamShapes.RoleNameType, required: true)
        .String("policyName", PolicyName, IamShapes.PolicyNameType, required: true);
}

internal sealed record GetRolePolicyResult(string RoleName, string PolicyName, string PolicyDocument) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml
        .Text("RoleName", RoleName).Text("PolicyName", PolicyName).Text("PolicyDocument", PolicyDocument);
}

/// <summary>One inline policy of a role, as it was given.</summary>
internal sealed class GetRolePolicy(IDbContextFactory<ControlPlaneDb> databases) : IOperation<GetRolePolicyInput, GetRolePolicyResult>
{
    public async ValueTask<Outcome<GetRolePolicyResult>> ExecuteAsync(GetRolePolicyInput input, CallContext call, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (!await db.IamRoles.AnyAsync(row => row.AccountId == call.AccountId && row.Name == input.RoleName, ct))
        {
            return IamErrors.NoRole(input.RoleName);
        }

        return await db.IamRolePolicies.FindAsync([call.AccountId, input.RoleName, input.PolicyName], ct) is { } policy
            ? new GetRolePolicyResult(policy.RoleName, policy.Name, PolicyTexts.Encode(policy.Document))
            : IamErrors.NoRolePolicy(input.PolicyName);
    }
}
