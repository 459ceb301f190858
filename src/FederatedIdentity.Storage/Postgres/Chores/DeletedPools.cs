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

    internal const string IdentitiesSql = """
        with doomed as materialized (
            select id from identity where pool_id = $1 order by sequence limit 1000 for update skip locked
        )
        delete from identity i using doomed where i.id = doomed.id
        """;

    // An identity that another replica is removing still exists here, so the pool's row waits for it.
    internal const string PoolSql = """
        delete from identity_pool p
        where p.id = $1 and p.deleted_at is not null and not exists (select from identity i where i.pool_id = p.id)
        """;

    private const int MostBatches = 300;

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
            for (var batch = -1; batch != 0; removed += batch, batches++)
            {
                if (batch > 0 && (batches >= MostBatches || !await lease.BreatheAsync(ct)))
                {
                    return new ChoreReport(removed, waiting, IsFinished: false);
                }

                batch = await ExecuteAsync(IdentitiesSql, pool, ct);
            }

            if (clock.GetElapsedTime(_firstSeen[pool]) >= Grace && await ExecuteAsync(PoolSql, pool, ct) == 1)
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

    private async Task<int> ExecuteAsync(string sql, string pool, CancellationToken ct)
    {
        await using var command = db.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = pool });
        return await command.ExecuteNonQueryAsync(ct);
    }
}
