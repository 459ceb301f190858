using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record DeleteUserInput(string? UserName) : IOnUser, IQueryInput<DeleteUserInput>
{
    public static DeleteUserInput Read(QueryForm form) => new(form["UserName"]);

    public void Check(Constraints on) => on.String("userName", UserName, IamShapes.ExistingUserNameType, required: true);
}

/// <summary>Deletes a user who has neither access keys nor policies any more.</summary>
internal sealed class DeleteUser(IamRows rows) : IOperation<DeleteUserInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(DeleteUserInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeUserAsync<NoOutput>(
            input.UserName,
            call,
            async (db, user) =>
            {
                if (await db.AccessKeys.AnyAsync(key => key.AccountId == user.AccountId && key.UserName == user.Name, ct))
                {
                    return IamErrors.StillHas("access keys");
                }

                if (await db.IamUserPolicies.AnyAsync(policy => policy.AccountId == user.AccountId && policy.UserName == user.Name, ct))
                {
                    return IamErrors.StillHas("policies");
                }

                db.IamUsers.Remove(user);
                return NoOutput.Instance;
            },
            ct);
}
