using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record DeleteAccessKeyInput(string? UserName, string? AccessKeyId) : IOnUser, IQueryInput<DeleteAccessKeyInput>
{
    public static DeleteAccessKeyInput Read(QueryForm form) => new(form["UserName"], form["AccessKeyId"]);

    public void Check(Constraints on) => on
        .String("userName", UserName, IamShapes.ExistingUserNameType)
        .String("accessKeyId", AccessKeyId, IamShapes.AccessKeyIdType, required: true);
}

/// <summary>Deletes an access key, which every replica follows within a second.</summary>
internal sealed class DeleteAccessKey(IamRows rows) : IOperation<DeleteAccessKeyInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(DeleteAccessKeyInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeKeysAsync<NoOutput>(
            input.UserName,
            call,
            async (db, user) =>
            {
                if (await db.AccessKeys.SingleOrDefaultAsync(
                    row => row.Id == input.AccessKeyId && row.AccountId == call.AccountId && row.UserName == user, ct) is not { } key)
                {
                    return IamErrors.NoAccessKey(input.AccessKeyId);
                }

                db.AccessKeys.Remove(key);
                return NoOutput.Instance;
            },
            ct);
}
