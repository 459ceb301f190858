using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Postgres.Tables;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Iam;

internal sealed record CreateUserInput(string? Path, string? UserName, string? PermissionsBoundary, List<Tag?>? Tags)
    : IQueryInput<CreateUserInput>
{
    public static CreateUserInput Read(QueryForm form) =>
        new(form["Path"], form["UserName"], form["PermissionsBoundary"], form.Structures("Tags", Tag.Read));

    public void Check(Constraints on) => on
        .String("path", Path, IamShapes.PathType)
        .String("userName", UserName, IamShapes.UserNameType, required: true)
        .String("permissionsBoundary", PermissionsBoundary, IamShapes.ArnType)
        .List("tags", Tags, IamShapes.TagListType);

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) =>
        new(deployment.UserArn(accountId, Path ?? "/", UserName!)) { RequestTags = Tag.InRequest(Tags) };
}

internal sealed record CreateUserResult(UserShape User) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml.Structure("User", User);
}

/// <summary>Creates a user, who may do nothing until it has a policy, and cannot call until it has an access key.</summary>
internal sealed class CreateUser(IamRows rows, IOptions<DeploymentOptions> deployment, TimeProvider clock)
    : IOperation<CreateUserInput, CreateUserResult>
{
    /// <summary>AWS quota.</summary>
    private const int MostUsers = 5000;

    public async ValueTask<Outcome<CreateUserResult>> ExecuteAsync(CreateUserInput input, CallContext call, CancellationToken ct)
    {
        if (input.PermissionsBoundary is not null)
        {
            return IamErrors.NotSupported("Permissions boundaries");
        }

        var tags = TagSet.OfUser.OfNew(input.Tags);
        return tags.Error is { } objection
            ? objection
            : await rows.CreateAsync(call, db => CreateAsync(db, input, tags.Value!, call, ct), ct);
    }

    private async Task<Outcome<CreateUserResult>> CreateAsync(
        ControlPlaneDb db, CreateUserInput input, Dictionary<string, string> tags, CallContext call, CancellationToken ct)
    {
        if (await db.IamUsers
            .FromSql($"select * from iam_user where account_id = {call.AccountId} and lower(name) = lower({input.UserName})")
            .AnyAsync(ct))
        {
            return IamErrors.Exists("User", input.UserName);
        }

        if (await db.IamUsers.CountAsync(user => user.AccountId == call.AccountId, ct) >= MostUsers)
        {
            return IamErrors.OverQuota("UsersPerAccount", MostUsers);
        }

        var row = new IamUserRow
        {
            AccountId = call.AccountId,
            Name = input.UserName!,
            Path = input.Path ?? "/",
            Id = IamIds.NewUser(),
            Tags = tags,
            CreatedAt = clock.GetUtcNow(),
        };
        db.IamUsers.Add(row);
        return new CreateUserResult(UserShape.Of(row, deployment.Value));
    }
}
