using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record ListGroupsForUserInput(string? UserName, string? Marker, long? MaxItems)
    : IOnUser, IQueryInput<ListGroupsForUserInput>
{
    public static ListGroupsForUserInput Read(QueryForm form) =>
        new(form["UserName"], form["Marker"], form.Number("MaxItems"));

    public void Check(Constraints on) => on
        .String("userName", UserName, IamShapes.ExistingUserNameType, required: true)
        .Page(Marker, MaxItems);
}

internal sealed record ListGroupsForUserResult : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml.List("Groups", Array.Empty<string>()).Flag("IsTruncated", value: false);
}

/// <summary>Always none: groups are not supported. Clients ask before they delete a user.</summary>
internal sealed class ListGroupsForUser(IDbContextFactory<ControlPlaneDb> databases)
    : IOperation<ListGroupsForUserInput, ListGroupsForUserResult>
{
    public async ValueTask<Outcome<ListGroupsForUserResult>> ExecuteAsync(
        ListGroupsForUserInput input, CallContext call, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.IamUsers.AnyAsync(row => row.AccountId == call.AccountId && row.Name == input.UserName, ct)
            ? new ListGroupsForUserResult()
            : IamErrors.NoUser(input.UserName);
    }
}
