using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Iam;

internal sealed record GetUserInput(string? UserName) : IOnUser, IQueryInput<GetUserInput>
{
    public static GetUserInput Read(QueryForm form) => new(form["UserName"]);

    public void Check(Constraints on) => on.String("userName", UserName, IamShapes.ExistingUserNameType);
}

internal sealed record GetUserResult(UserShape User) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml.Structure("User", User);
}

/// <summary>Shows a user; without a name the caller, who may be the account's root.</summary>
internal sealed class GetUser(IDbContextFactory<ControlPlaneDb> databases, IOptions<DeploymentOptions> deployment)
    : IOperation<GetUserInput, GetUserResult>
{
    public async ValueTask<Outcome<GetUserResult>> ExecuteAsync(GetUserInput input, CallContext call, CancellationToken ct)
    {
        var who = WhoseKeys.Of(input.UserName, call);
        if (who.Error is { } nobody)
        {
            return nobody;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        if (who.Value!.UserName is not { } name)
        {
            var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == call.AccountId, ct);
            return new GetUserResult(new UserShape(null, null, account.Id, deployment.Value.RootArn(account.Id), account.CreatedAt, null));
        }

        var user = await db.IamUsers.AsNoTracking().SingleOrDefaultAsync(row => row.AccountId == call.AccountId && row.Name == name, ct);
        return user is null ? IamErrors.NoUser(name) : new GetUserResult(UserShape.Of(user, deployment.Value));
    }
}
