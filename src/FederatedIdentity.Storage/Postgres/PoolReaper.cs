using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// Removes what deleted pools left behind, in small transactions that skip what another replica is removing. Readers do not depend on
/// it: a deleted pool is gone for them at once.
/// </summary>
internal sealed partial class PoolReaper(NpgsqlDataSource db, TimeProvider clock, ILogger<PoolReaper> logger) : BackgroundService
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a deleted pool's row stays at least: an insert that still saw the pool alive is long over by then (commands time out
    /// after 5 seconds), so its identity is found and removed before the row.
    /// </summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    internal const string DeletedPoolsSql = "select id, deleted_at from identity_pool where deleted_at is not null order by deleted_at";

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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await ReapAsync(stoppingToken);
            }
#pragma warning disable CA1031 // The database is away or has no schema yet, in whatever words: that must not stop a server.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                // Nothing is lost, the next round starts over.
                Log.Failed(logger, e);
            }
        }
    }

    /// <summary>One round over all deleted pools.</summary>
    internal async Task ReapAsync(CancellationToken ct)
    {
        foreach (var (pool, deletedAt) in await DeletedPoolsAsync(ct))
        {
            var identities = 0;
            for (var batch = -1; batch != 0; identities += batch)
            {
                batch = await ExecuteAsync(IdentitiesSql, pool, ct);
            }

            var complete = clock.GetUtcNow() - deletedAt >= Grace && await ExecuteAsync(PoolSql, pool, ct) == 1;
            if (identities > 0 || complete)
            {
                Log.Reaped(logger, pool, identities, complete);
            }
        }
    }

    private async Task<List<(string Pool, DateTimeOffset DeletedAt)>> DeletedPoolsAsync(CancellationToken ct)
    {
        await using var command = db.CreateCommand(DeletedPoolsSql);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var pools = new List<(string, DateTimeOffset)>();
        while (await reader.ReadAsync(ct))
        {
            pools.Add((reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1)));
        }

        return pools;
    }

    private async Task<int> ExecuteAsync(string sql, string pool, CancellationToken ct)
    {
        await using var command = db.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = pool });
        return await command.ExecuteNonQueryAsync(ct);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information,
            Message = "Reaped {Identities} identities of deleted pool {Pool}; the pool itself is removed: {Complete}")]
        public static partial void Reaped(ILogger logger, string pool, int identities, bool complete);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Could not reap deleted pools; trying again later")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
