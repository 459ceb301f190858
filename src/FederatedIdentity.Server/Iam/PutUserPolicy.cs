using FederatedIdentity.Domain.Policies;
using FederatedIdentity.Storage.Postgres.Tables;

namespace FederatedIdentity.Server.Iam;

internal sealed record PutUserPolicyInput(string? UserName, string? PolicyName, string? PolicyDocument)
    : IOnUser, IQueryInput<PutUserPolicyInput>
{
    public static PutUserPolicyInput Read(QueryForm form) => new(form["UserName"], form["PolicyName"], form["PolicyDocument"]);

    public void Check(Constraints on) => on
        .String("userName", UserName, IamShapes.ExistingUserNameType, required: true)
        .String("policyName", PolicyName, IamShapes.PolicyNameType, required: true)
        .String("policyDocument", PolicyDocument, IamShapes.PolicyDocumentType, required: true);
}

/// <summary>Gives a user an inline policy, or replaces the one of that name.</summary>
internal sealed class PutUserPolicy(IamRows rows) : IOperation<PutUserPolicyInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(PutUserPolicyInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeUserAsync<NoOutput>(
            input.UserName,
            call,
            async (db, user) =>
            {
                var others = await PolicyTexts.SizeOfOthersOfUserAsync(db, call.AccountId, user.Name, input.PolicyName!, ct);
                if (PolicyTexts.ObjectionToInline(
                    input.PolicyDocument!, others, PolicyLimits.InlineOfUser, $"user {user.Name}") is { } objection)
                {
                    return objection;
                }

                if (await db.IamUserPolicies.FindAsync([call.AccountId, user.Name, input.PolicyName], ct) is { } present)
                {
                    present.Document = input.PolicyDocument!;
                    return NoOutput.Instance;
                }

                db.IamUserPolicies.Add(new IamUserPolicyRow
                {
                    AccountId = call.AccountId,
                    UserName = user.Name,
                    Name = input.PolicyName!,
                    Document = input.PolicyDocument!,
                });
                return NoOutput.Instance;
            },
            ct);
}
