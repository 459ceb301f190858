using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record ListAccessKeysInput(string? UserName, string? Marker, long? MaxItems) : IOnUser, IQueryInput<ListAccessKeysInput>
{
    public static ListAccessKeysInput Read(QueryForm form) => new(form["UserName"], form["Marker"], form.Number("MaxItems"));

    public void Check(Constraints on) => on
        .String("userName", UserName, IamShapes.ExistingUserNameType)
        .Page(Marker, MaxItems);
}

internal sealed record ListAccessKeysResult(IReadOnlyList<AccessKeyMetadata> AccessKeyMetadata, string? Marker) : IXmlOutput
{
    public bool IsTruncated => Marker is not null;

    public void WriteTo(XmlAnswer xml) =>
        xml.List("AccessKeyMetadata", AccessKeyMetadata).Flag("IsTruncated", IsTruncated).Text("Marker", Marker);
}

/// <summary>An access key without its secret; the root's has no user name.</summary>
internal sealed record AccessKeyMetadata(string? UserName, string AccessKeyId, string Status, DateTimeOffset CreateDate) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml
        .Text("UserName", UserName).Text("AccessKeyId", AccessKeyId).Text("Status", Status).Time("CreateDate", CreateDate);
}

/// <summary>The access keys of a user, or of the caller, in the order of their ids.</summary>
internal sealed class ListAccessKeys(IDbContextFactory<ControlPlaneDb> databases, IamPages pages)
    : IOperation<ListAccessKeysInput, ListAccessKeysResult>
{
    public async ValueTask<Outcome<ListAccessKeysResult>> ExecuteAsync(ListAccessKeysInput input, CallContext call, CancellationToken ct)
    {
        var whose = WhoseKeys.Of(input.UserName, call);
        if (whose.Error is { } nobody)
        {
            return nobody;
        }

        var user = whose.Value!.UserName;
        var scope = $"{nameof(ListAccessKeys)}|{call.AccountId}|{user}";
        if (pages.After(scope, input.Marker) is not { } after)
        {
            return IamPages.ForeignMarker;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        if (user is not null && !await db.IamUsers.AnyAsync(row => row.AccountId == call.AccountId && row.Name == user, ct))
        {
            return IamErrors.NoUser(user);
        }

        var size = IamPages.SizeOf(input.MaxItems);
        var found = await db.AccessKeys.AsNoTracking()
            .Where(key => key.AccountId == call.AccountId && key.UserName == user && key.Id.CompareTo(after) > 0)
            .OrderBy(key => key.Id)
            .Take(size + 1)
            .Select(key => new AccessKeyMetadata(key.UserName, key.Id, key.Active ? KeyStatus.Active : KeyStatus.Inactive, key.CreatedAt))
            .ToListAsync(ct);
        var page = pages.Cut(found, size, scope, key => key.AccessKeyId);
        return new ListAccessKeysResult(page.Items, page.Marker);
    }
}
