using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record GetUserPolicyInput(string? UserName, string? PolicyName) : IOnUser, IQueryInput<GetUserPolicyInput>
{
    public static GetUserPolicyInput Read(QueryForm form) => new(form["UserName"], form["PolicyName"]);

    public void Check(Constraints on) => on
        .String("userName", UserName, IamShapes.ExistingUserNameType, required: true)
        .String("policyName", PolicyName, IamShapes.PolicyNameType, required: true);
}

internal sealed record GetUserPolicyResult(string UserName, string PolicyName, string PolicyDocument) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml
        .Text("UserName", UserName).Text("PolicyName", PolicyName).Text("PolicyDocument", PolicyDocument);
}

/// <summary>One inline policy of a user, as it was given.</summary>
internal sealed class GetUserPolicy(IDbContextFactory<ControlPlaneDb> databases) : IOperation<GetUserPolicyInput, GetUserPolicyResult>
{
    public async ValueTask<Outcome<GetUserPolicyResult>> ExecuteAsync(GetUserPolicyInput input, CallContext call, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (!await db.IamUsers.AnyAsync(row => row.AccountId == call.AccountId && row.Name == input.UserName, ct))
        {
            return IamErrors.NoUser(input.UserName);
        }

        return await db.IamUserPolicies.FindAsync([call.AccountId, input.UserName, input.PolicyName], ct) is { } policy
            ? new GetUserPolicyResult(policy.UserName, policy.Name, PolicyTexts.Encode(policy.Document))
            : IamErrors.NoUserPolicy(input.PolicyName);
    }
}
