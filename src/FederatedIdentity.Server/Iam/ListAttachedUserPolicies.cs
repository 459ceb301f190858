using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record ListAttachedUserPoliciesInput(string? UserName, string? PathPrefix, string? Marker, long? MaxItems)
    : IOnUser, IQueryInput<ListAttachedUserPoliciesInput>
{
    public static ListAttachedUserPoliciesInput Read(QueryForm form) =>
        new(form["UserName"], form["PathPrefix"], form["Marker"], form.Number("MaxItems"));

    public void Check(Constraints on) => on
        .String("userName", UserName, IamShapes.UserNameType, required: true)
        .String("pathPrefix", PathPrefix, IamShapes.PolicyPathType)
        .Page(Marker, MaxItems);
}

internal sealed record ListAttachedUserPoliciesResult : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml.List("AttachedPolicies", Array.Empty<string>()).Flag("IsTruncated", value: false);
}

/// <summary>Always none: managed policies are not supported. Clients ask before they delete a user.</summary>
internal sealed class ListAttachedUserPolicies(IDbContextFactory<ControlPlaneDb> databases)
    : IOperation<ListAttachedUserPoliciesInput, ListAttachedUserPoliciesResult>
{
    public async ValueTask<Outcome<ListAttachedUserPoliciesResult>> ExecuteAsync(
        ListAttachedUserPoliciesInput input, CallContext call, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.IamUsers.AnyAsync(row => row.AccountId == call.AccountId && row.Name == input.UserName, ct)
            ? new ListAttachedUserPoliciesResult()
            : IamErrors.NoUser(input.UserName);
    }
}
