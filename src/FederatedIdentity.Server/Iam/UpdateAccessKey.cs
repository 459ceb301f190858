using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record UpdateAccessKeyInput(string? UserName, string? AccessKeyId, string? Status)
    : IOnUser, IQueryInput<UpdateAccessKeyInput>
{
    public static UpdateAccessKeyInput Read(QueryForm form) => new(form["UserName"], form["AccessKeyId"], form["Status"]);

    public void Check(Constraints on) => on
        .String("userName", UserName, IamShapes.ExistingUserNameType)
        .String("accessKeyId", AccessKeyId, IamShapes.AccessKeyIdType, required: true)
        .String("status", Status, IamShapes.StatusType, required: true);
}

/// <summary>Switches an access key on or off, which every replica follows within a second.</summary>
internal sealed class UpdateAccessKey(IamRows rows) : IOperation<UpdateAccessKeyInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(UpdateAccessKeyInput input, CallContext call, CancellationToken ct) =>
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

                key.Active = input.Status == KeyStatus.Active;
                return NoOutput.Instance;
            },
            ct);
}
