namespace FederatedIdentity.Server.Iam;

internal sealed record UpdateAssumeRolePolicyInput(string? RoleName, string? PolicyDocument)
    : IOnRole, IQueryInput<UpdateAssumeRolePolicyInput>
{
    public static UpdateAssumeRolePolicyInput Read(QueryForm form) => new(form["RoleName"], form["PolicyDocument"]);

    public void Check(Constraints on) => on
        .String("roleName", RoleName, IamShapes.RoleNameType, required: true)
        .String("policyDocument", PolicyDocument, IamShapes.PolicyDocumentType, required: true);
}

/// <summary>Replaces a role's trust policy.</summary>
internal sealed class UpdateAssumeRolePolicy(IamRows rows) : IOperation<UpdateAssumeRolePolicyInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(UpdateAssumeRolePolicyInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeRoleAsync<NoOutput>(
            input.RoleName,
            call,
            (_, role) =>
            {
                if (PolicyTexts.ObjectionToTrust(input.PolicyDocument!) is { } objection)
                {
                    return Task.FromResult<Outcome<NoOutput>>(objection);
                }

                role.TrustPolicy = input.PolicyDocument!;
                return Task.FromResult<Outcome<NoOutput>>(NoOutput.Instance);
            },
            ct);
}
