using FederatedIdentity.Domain.Policies;
using FederatedIdentity.Storage.Postgres.Tables;

namespace FederatedIdentity.Server.Iam;

internal sealed record PutRolePolicyInput(string? RoleName, string? PolicyName, string? PolicyDocument)
    : IOnRole, IQueryInput<PutRolePolicyInput>
{
    public static PutRolePolicyInput Read(QueryForm form) => new(form["RoleName"], form["PolicyName"], form["PolicyDocument"]);

    public void Check(Constraints on) => on
        .String("roleName", RoleName, IamShapes.RoleNameType, required: true)
        .String("policyName", PolicyName, IamShapes.PolicyNameType, required: true)
        .String("policyDocument", PolicyDocument, IamShapes.PolicyDocumentType, required: true);
}

/// <summary>Gives a role an inline policy, or replaces the one of that name.</summary>
internal sealed class PutRolePolicy(IamRows rows) : IOperation<PutRolePolicyInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(PutRolePolicyInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeRoleAsync<NoOutput>(
            input.RoleName,
            call,
            async (db, role) =>
            {
                var others = await PolicyTexts.SizeOfOthersOfRoleAsync(db, call.AccountId, role.Name, input.PolicyName!, ct);
                if (PolicyTexts.ObjectionToInline(
                    input.PolicyDocument!, others, PolicyLimits.InlineOfRole, $"role {role.Name}") is { } objection)
                {
                    return objection;
                }

                if (await db.IamRolePolicies.FindAsync([call.AccountId, role.Name, input.PolicyName], ct) is { } present)
                {
                    present.Document = input.PolicyDocument!;
                    return NoOutput.Instance;
                }

                db.IamRolePolicies.Add(new IamRolePolicyRow
                {
                    AccountId = call.AccountId,
                    RoleName = role.Name,
                    Name = input.PolicyName!,
                    Document = input.PolicyDocument!,
                });
                return NoOutput.Instance;
            },
            ct);
}
