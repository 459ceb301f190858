using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Postgres.Tables;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Operations;

internal sealed record ListIdentitiesInput(string? IdentityPoolId, int? MaxResults, string? NextToken, bool? HideDisabled) : IOnPool
{
    public void Check(Constraints on) => on
        .String("identityPoolId", IdentityPoolId, ModelShapes.IdentityPoolId, required: true)
        .Number("maxResults", MaxResults, ModelShapes.QueryLimit, required: true)
        .String("nextToken", NextToken, ModelShapes.PaginationKey);
}

internal sealed record ListIdentitiesResponse(string IdentityPoolId, IReadOnlyList<IdentityDescription> Identities, string? NextToken);

/// <summary>
/// The identities of a pool in the order of their creation. A walk over all pages meets every identity that is there throughout
/// exactly once, whatever is created and deleted meanwhile.
/// </summary>
internal sealed class ListIdentities(IDbContextFactory<ControlPlaneDb> databases, PageTokens pages)
    : IOperation<ListIdentitiesInput, ListIdentitiesResponse>
{
    public async ValueTask<Outcome<ListIdentitiesResponse>> ExecuteAsync(
        ListIdentitiesInput input, CallContext call, CancellationToken ct)
    {
        call.Pool = input.IdentityPoolId;
        var hideDisabled = input.HideDisabled == true;
        var scope = $"{nameof(ListIdentities)}|{call.AccountId}|{input.IdentityPoolId}|{hideDisabled}";
        if (pages.Open(scope, input.NextToken) is not { } after)
        {
            return PageTokens.Foreign;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        if (!await db.Own(input.IdentityPoolId, call).AnyAsync(ct))
        {
            return ApiError.PoolNotFound(input.IdentityPoolId);
        }

        var found = await Page(db, input.IdentityPoolId!, after, hideDisabled, input.MaxResults!.Value + 1).ToListAsync(ct);
        var page = pages.Cut(found, input.MaxResults.Value, scope, identity => identity.Sequence);
        return new ListIdentitiesResponse(input.IdentityPoolId!, [.. page.Items.Select(IdentityDescription.Of)], page.NextToken);
    }

    /// <summary>The identities behind a position of the pool, with their logins.</summary>
    internal static IQueryable<IdentityRow> Page(ControlPlaneDb db, string poolId, long after, bool hideDisabled, int most) =>
        db.Identities.AsNoTracking().Include(identity => identity.Logins)
            .Where(identity => identity.PoolId == poolId && identity.Sequence > after)
            .Where(identity => !hideDisabled || identity.State != IdentityState.Disabled)
            .OrderBy(identity => identity.Sequence)
            .Take(most);
}
