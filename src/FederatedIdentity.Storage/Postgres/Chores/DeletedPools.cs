using Npgsql;

namespace FederatedIdentity.Storage.Postgres.Chores;

/// <summary>
/// Removes what deleted pools left behind. Readers do not depend on it: a deleted pool is gone for them at once.
/// </summary>
internal sealed class DeletedPools(NpgsqlDataSource db, TimeProvider clock) : IChore
{
    /// <summary>
    /// How long a deleted pool's row stays at least after it was seen here first: an insert that still saw the pool alive is long over
    /// by then (commands time out after 5 seconds), so its identity is found and removed before the row. What deleted_at says does not
    /// count: it comes from another replica's clock.
    /// </summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    internal const string DeletedPoolsSql = "select id from identity_pool where deleted_at is not null order by deleted_at";

    // So few that whoever needs the same processor or row hardly waits. It goes on behind the last one: what was before is dead, but takes
    // time to walk over until a vacuum.
    internal const string IdentitiesSql = """
        with doomed as materialized (
            select id, sequence from identity where pool_id = $1 and sequence > $2 order by sequence limit 50 for update skip locked
        ), gone as (
            delete from identity i using doomed where i.id = doomed.id
        )
        select max(sequence), count(*) from doomed
        """;

    // An identity that another replica is removing still exists here, so the pool's row waits for it.
    internal const string PoolSql = """
        delete from identity_pool p
        where p.id = $1 and p.deleted_at is not null and not exists (select from identity i where i.pool_id = p.id)
        """;

    private const int MostBatches = 1500; // Other chores have their turn too.

    private Dictionary<string, long> _firstSeen = [];

    public string Name => "deleted_pools";

    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(30);

    public async Task<ChoreReport> RunAsync(HousekeepingLease lease, CancellationToken ct)
    {
        var pools = await DeletedPoolsAsync(ct);
        _firstSeen = pools.ToDictionary(pool => pool, pool => _firstSeen.GetValueOrDefault(pool, clock.GetTimestamp()));
        var (removed, waiting, batches) = (0L, (long)pools.Count, 0);
        foreach (var pool in pools)
        {
            for (var last = await RemoveBatchAsync(pool, after: 0, ct); last.Count > 0; last = await RemoveBatchAsync(pool, last.Upto, ct))
            {
                removed += last.Count;
                if (++batches >= MostBatches || !await lease.BreatheAsync(last.Began, ct))
                {
                    return new ChoreReport(removed, waiting, IsFinished: false);
                }
            }

            if (clock.GetElapsedTime(_firstSeen[pool]) >= Grace && await RemovePoolAsync(pool, ct))
            {
                (removed, waiting) = (removed + 1, waiting - 1);
            }
        }

        return new ChoreReport(removed, waiting, IsFinished: true);
    }

    private async Task<List<string>> DeletedPoolsAsync(CancellationToken ct)
    {
        await using var command = db.CreateCommand(DeletedPoolsSql);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var pools = new List<string>();
        while (await reader.ReadAsync(ct))
        {
            pools.Add(reader.GetString(0));
        }

        return pools;
    }

    private async Task<Batch> RemoveBatchAsync(string pool, long after, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        await using var command = db.CreateCommand(IdentitiesSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = pool });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var count = reader.GetInt64(1);
        return new(count, count > 0 ? reader.GetInt64(0) : after, began);
    }

    private async Task<bool> RemovePoolAsync(string pool, CancellationToken ct)
    {
        await using var command = db.CreateCommand(PoolSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = pool });
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    private readonly record struct Batch(long Count, long Upto, long Began);
}
