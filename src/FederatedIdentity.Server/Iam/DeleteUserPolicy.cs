namespace FederatedIdentity.Server.Iam;

internal sealed record DeleteUserPolicyInput(string? UserName, string? PolicyName) : IOnUser, IQueryInput<DeleteUserPolicyInput>
{
    public static DeleteUserPolicyInput Read(QueryForm form) => new(form["UserName"], form["PolicyName"]);

    public void Check(Constraints on) => on
        .String("userName", UserName, IamShapes.ExistingUserNameType, required: true)
        .String("policyName", PolicyName, IamShapes.PolicyNameType, required: true);
}

/// <summary>Takes an inline policy away from a user.</summary>
internal sealed class DeleteUserPolicy(IamRows rows) : IOperation<DeleteUserPolicyInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(DeleteUserPolicyInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeUserAsync<NoOutput>(
            input.UserName,
            call,
            async (db, user) =>
            {
                if (await db.IamUserPolicies.FindAsync([call.AccountId, user.Name, input.PolicyName], ct) is not { } policy)
                {
                    return IamErrors.NoUserPolicy(input.PolicyName);
                }

                db.IamUserPolicies.Remove(policy);
                return NoOutput.Instance;
            },
            ct);
}
