using FederatedIdentity.Domain;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Postgres.Tables;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record CreateAccessKeyInput(string? UserName) : IOnUser, IQueryInput<CreateAccessKeyInput>
{
    public static CreateAccessKeyInput Read(QueryForm form) => new(form["UserName"]);

    public void Check(Constraints on) => on.String("userName", UserName, IamShapes.ExistingUserNameType);
}

internal sealed record CreateAccessKeyResult(NewAccessKey AccessKey) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml.Structure("AccessKey", AccessKey);
}

/// <summary>The one answer that shows a secret access key.</summary>
internal sealed record NewAccessKey(
    string? UserName, string AccessKeyId, string Status, SecretKey SecretAccessKey, DateTimeOffset CreateDate) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml
        .Text("UserName", UserName).Text("AccessKeyId", AccessKeyId).Text("Status", Status)
        .Text("SecretAccessKey", SecretAccessKey.Reveal).Time("CreateDate", CreateDate);
}

/// <summary>Gives a user, or the caller, one more access key; at most two, so that one can take over from the other.</summary>
internal sealed class CreateAccessKey(IamRows rows, NpgsqlAccessKeys accessKeys, TimeProvider clock)
    : IOperation<CreateAccessKeyInput, CreateAccessKeyResult>
{
    /// <summary>AWS quota.</summary>
    private const int MostKeys = 2;

    public async ValueTask<Outcome<CreateAccessKeyResult>> ExecuteAsync(
        CreateAccessKeyInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeKeysAsync(input.UserName, call, (db, user) => CreateAsync(db, user, call.AccountId, ct), ct);

    private async Task<Outcome<CreateAccessKeyResult>> CreateAsync(ControlPlaneDb db, string? user, string account, CancellationToken ct)
    {
        if (await db.AccessKeys.CountAsync(key => key.AccountId == account && key.UserName == user, ct) >= MostKeys)
        {
            return IamErrors.OverQuota("AccessKeysPerUser", MostKeys);
        }

        var (id, secret, now) = (IamIds.NewAccessKey(), IamIds.NewSecret(), clock.GetUtcNow());
        db.AccessKeys.Add(new AccessKeyRow
        {
            Id = id,
            AccountId = account,
            UserName = user,
            WrappedSecret = accessKeys.Wrap(id, secret),
            Active = true,
            CreatedAt = now,
        });
        return new CreateAccessKeyResult(new NewAccessKey(user, id, KeyStatus.Of(active: true), secret, now));
    }
}
