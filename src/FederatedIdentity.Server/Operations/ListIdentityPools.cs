using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Operations;

internal sealed record ListIdentityPoolsInput(int? MaxResults, string? NextToken) : IWireInput
{
    public void Check(Constraints on) => on
        .Number("maxResults", MaxResults, ModelShapes.QueryLimit, required: true)
        .String("nextToken", NextToken, ModelShapes.PaginationKey);
}

internal sealed record ListIdentityPoolsResponse(IReadOnlyList<IdentityPoolShortDescription> IdentityPools, string? NextToken);

internal sealed record IdentityPoolShortDescription(string IdentityPoolId, string IdentityPoolName);

/// <summary>The pools of the caller's account in the order of their creation.</summary>
internal sealed class ListIdentityPools(IDbContextFactory<ControlPlaneDb> databases, PageTokens pages)
    : IOperation<ListIdentityPoolsInput, ListIdentityPoolsResponse>
{
    public async ValueTask<Outcome<ListIdentityPoolsResponse>> ExecuteAsync(
        ListIdentityPoolsInput input, CallContext call, CancellationToken ct)
    {
        var scope = $"{nameof(ListIdentityPools)}|{call.AccountId}";
        if (pages.Open(scope, input.NextToken) is not { } after)
        {
            return PageTokens.Foreign;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var found = await db.LivePools.AsNoTracking()
            .Where(pool => pool.AccountId == call.AccountId && pool.Sequence > after)
            .OrderBy(pool => pool.Sequence)
            .Take(input.MaxResults!.Value + 1) // One more than asked for tells whether there is a next page.
            .Select(pool => new { pool.Sequence, Item = new IdentityPoolShortDescription(pool.Id, pool.Name) })
            .ToListAsync(ct);
        var page = pages.Cut(found, input.MaxResults.Value, scope, row => row.Sequence);
        return new ListIdentityPoolsResponse([.. page.Items.Select(row => row.Item)], page.NextToken);
    }
}
