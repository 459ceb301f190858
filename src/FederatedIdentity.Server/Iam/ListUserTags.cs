using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record ListUserTagsInput(string? UserName, string? Marker, long? MaxItems)
    : IOnUser, IQueryInput<ListUserTagsInput>
{
    public static ListUserTagsInput Read(QueryForm form) => new(form["UserName"], form["Marker"], form.Number("MaxItems"));

    public void Check(Constraints on) => on
        .String("userName", UserName, IamShapes.ExistingUserNameType, required: true)
        .Page(Marker, MaxItems);
}

/// <summary>The tags of a user in the order of their keys.</summary>
internal sealed class ListUserTags(IDbContextFactory<ControlPlaneDb> databases, IamPages pages)
    : IOperation<ListUserTagsInput, TagPage>
{
    public async ValueTask<Outcome<TagPage>> ExecuteAsync(ListUserTagsInput input, CallContext call, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var user = await db.IamUsers.AsNoTracking()
            .SingleOrDefaultAsync(one => one.AccountId == call.AccountId && one.Name == input.UserName, ct);
        return user is null
            ? IamErrors.NoUser(input.UserName)
            : pages.Of(user.Tags, $"{nameof(ListUserTags)}|{call.AccountId}|{input.UserName}", input.Marker, input.MaxItems);
    }
}
