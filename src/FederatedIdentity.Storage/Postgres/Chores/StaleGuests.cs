using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Pools;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres.Chores;

/// <summary>
/// Removes guests that stayed away longer than their pool keeps them: identities that never had a login. It walks through each pool in
/// the order of creation, a thousand rows at a time, and looks at no more than <paramref name="mostBatches"/> thousand in one run.
/// </summary>
internal sealed class StaleGuests(NpgsqlDataSource db, TimeProvider clock, int mostBatches = 100) : IChore
{
    internal const string PoolsSql = """
        select t.pool_id, t.value from identity_pool_tag t
        cross join lateral (select from identity_pool p where p.id = t.pool_id and p.deleted_at is null limit 1) live
        where t.key = 'federated-identity:guest-retention-days'
        order by t.pool_id
        """;

    // All conditions are judged in the statement that deletes, by the database's clock. go: the setting is still what it was and has been
    // for so long, and it is this replica's turn, with uses noted for so long. doomed: what a concurrent use or link changed meanwhile is
    // judged again when its lock is got, and what is locked is left alone.
    internal const string BatchSql = """
        with go as materialized (
            select from identity_pool_tag t cross join housekeeping h
            where t.pool_id = $1 and t.key = 'federated-identity:guest-retention-days' and t.value = $5
                and t.since < now() - $6
                and h.name = $3 and h.holder = $4 and h.expires_at > now() and h.steady_since < now() - $6
        ), page as materialized (
            select max(s.sequence) as upto
            from (
                select i.sequence from identity i
                where i.pool_id = $1 and i.sequence > $2 and exists (select from go) order by i.sequence limit 1000
            ) s
        ), doomed as materialized (
            select i.id from identity i
            where i.pool_id = $1 and i.sequence > $2 and i.sequence <= (select page.upto from page)
                and i.state = 0 and (i.last_used_at is null or i.last_used_at < now() - $6)
                and not exists (select from login l where l.identity_id = i.id)
            order by i.sequence
            limit 1000
            for update of i skip locked
        ), gone as (
            delete from identity i where i.id = any (array(select doomed.id from doomed)) returning 1
        )
        select page.upto, (select count(*) from gone) from page
        """;

    /// <summary>Days are counted, so a pool that was walked through waits for a while.</summary>
    internal static readonly TimeSpan Rest = TimeSpan.FromHours(1);

    private Dictionary<string, Walk> _walks = [];

    public string Name => "stale_guests";

    public TimeSpan Interval { get; } = TimeSpan.FromMinutes(1);

    public async Task<ChoreReport> RunAsync(HousekeepingLease lease, CancellationToken ct)
    {
        var pools = await PoolsAsync(ct);
        _walks = pools.ToDictionary(pool => pool.Id, pool => _walks.GetValueOrDefault(pool.Id, new Walk(0, null)));
        var (removed, batches, began) = (0L, 0, 0L);
        foreach (var pool in pools.Where(pool => !IsResting(pool.Id)))
        {
            do
            {
                if (batches++ > 0 && (batches > mostBatches || !await lease.BreatheAsync(began, ct)))
                {
                    return new ChoreReport(removed, _walks.Keys.Count(id => !IsResting(id)), IsFinished: false);
                }

                began = clock.GetTimestamp();
                removed += await StepAsync(lease, pool, ct);
            }
            while (!IsResting(pool.Id));
        }

        return new ChoreReport(removed, 0, IsFinished: true);
    }

    private bool IsResting(string pool) => _walks[pool].FinishedAt is { } finished && clock.GetElapsedTime(finished) < Rest;

    private async Task<List<Setting>> PoolsAsync(CancellationToken ct)
    {
        await using var command = db.CreateCommand(PoolsSql);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var pools = new List<Setting>();
        while (await reader.ReadAsync(ct))
        {
            if (SettingTags.Read(SettingTags.GuestRetentionDays, reader.GetString(1)) is { } days)
            {
                pools.Add(new Setting(reader.GetString(0), reader.GetString(1), TimeSpan.FromDays(days) + GuestUses.Grace));
            }
        }

        return pools;
    }

    /// <summary>The next batch of a pool; returns how many guests went, and notes how far it came.</summary>
    private async Task<long> StepAsync(HousekeepingLease lease, Setting pool, CancellationToken ct)
    {
        await using var command = db.CreateCommand(BatchSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = pool.Id });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = _walks[pool.Id].Position });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = lease.Name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = lease.Holder });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = pool.Value });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = pool.Kept });
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        _walks[pool.Id] = reader.IsDBNull(0) ? new Walk(0, clock.GetTimestamp()) : new Walk(reader.GetInt64(0), null);
        return reader.GetInt64(1);
    }

    private sealed record Setting(string Id, string Value, TimeSpan Kept);

    /// <summary>How far through a pool, or when the end was reached.</summary>
    private sealed record Walk(long Position, long? FinishedAt);
}
