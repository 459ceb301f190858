using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Operations;

internal sealed record DeleteIdentitiesInput(List<string?>? IdentityIdsToDelete) : IWireInput
{
    public void Check(Constraints on) =>
        on.List("identityIdsToDelete", IdentityIdsToDelete, ModelShapes.IdentityIdList, required: true);
}

internal sealed record DeleteIdentitiesResponse(IReadOnlyList<UnprocessedIdentityId> UnprocessedIdentityIds);

internal sealed record UnprocessedIdentityId(string IdentityId, string ErrorCode);

/// <summary>
/// Deletes identities of any pools of the caller's account with their logins, which get new identities the next time. An id that
/// nobody has counts as deleted; another account's is reported and left alone.
/// </summary>
internal sealed class DeleteIdentities(IDbContextFactory<ControlPlaneDb> databases)
    : IOperation<DeleteIdentitiesInput, DeleteIdentitiesResponse>
{
    public async ValueTask<Outcome<DeleteIdentitiesResponse>> ExecuteAsync(
        DeleteIdentitiesInput input, CallContext call, CancellationToken ct)
    {
        string[] ids = [.. input.IdentityIdsToDelete!.Select(id => id!).Distinct(StringComparer.Ordinal)];
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);

        // In the order in which a merge locks its identities: otherwise the two can wait for each other, and one of them fails.
        await db.Identities.FromSql($"select * from identity where id = any ({ids}) order by id for update").AsNoTracking().LoadAsync(ct);
        var foreign = await db.LiveIdentities
            .Where(identity => ids.Contains(identity.Id))
            .Where(identity => !db.Pools.Any(pool => pool.Id == identity.PoolId && pool.AccountId == call.AccountId))
            .Select(identity => identity.Id)
            .ToListAsync(ct);
        await db.LiveIdentities
            .Where(identity => ids.Contains(identity.Id))
            .Where(identity => db.Pools.Any(pool => pool.Id == identity.PoolId && pool.AccountId == call.AccountId))
            .ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
        return new DeleteIdentitiesResponse([.. foreign.Select(id => new UnprocessedIdentityId(id, "AccessDenied"))]);
    }
}
