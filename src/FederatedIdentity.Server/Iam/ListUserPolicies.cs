using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record ListUserPoliciesInput(string? UserName, string? Marker, long? MaxItems) : IOnUser, IQueryInput<ListUserPoliciesInput>
{
    public static ListUserPoliciesInput Read(QueryForm form) => new(form["UserName"], form["Marker"], form.Number("MaxItems"));

    public void Check(Constraints on) => on
        .String("userName", UserName, IamShapes.ExistingUserNameType, required: true)
        .Page(Marker, MaxItems);
}

/// <summary>The names of a user's inline policies in their order.</summary>
internal sealed class ListUserPolicies(IDbContextFactory<ControlPlaneDb> databases, IamPages pages)
    : IOperation<ListUserPoliciesInput, PolicyNamePage>
{
    public async ValueTask<Outcome<PolicyNamePage>> ExecuteAsync(ListUserPoliciesInput input, CallContext call, CancellationToken ct)
    {
        var scope = $"{nameof(ListUserPolicies)}|{call.AccountId}|{input.UserName}";
        if (pages.After(scope, input.Marker) is not { } after)
        {
            return IamPages.ForeignMarker;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        if (!await db.IamUsers.AnyAsync(row => row.AccountId == call.AccountId && row.Name == input.UserName, ct))
        {
            return IamErrors.NoUser(input.UserName);
        }

        var found = await db.IamUserPolicies
            .Where(policy => policy.AccountId == call.AccountId && policy.UserName == input.UserName && policy.Name.CompareTo(after) > 0)
            .OrderBy(policy => policy.Name)
            .Select(policy => policy.Name)
            .Take(IamPages.SizeOf(input.MaxItems) + 1)
            .ToListAsync(ct);
        var page = pages.Cut(found, IamPages.SizeOf(input.MaxItems), scope, name => name);
        return new PolicyNamePage(page.Items, page.Marker);
    }
}
