using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>What is new in pool_change since an earlier poll, each change exactly once, in whatever order transactions committed.</summary>
internal sealed record PoolChangePoll(PoolChangePoll.Mark Seen, bool IsComplete, IReadOnlyList<PoolChangePoll.Change> Changes)
{
    /// <summary>With more changes than this, forgetting everything is cheaper than telling what.</summary>
    internal const int MostChanges = 1000;

    /// <summary>How long changes are readable at least (see the pruning chore) is many times this; who slept longer starts over.</summary>
    internal static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(30);

    // Exactly what the earlier snapshot did not see and this one does. What claims to be of the future is from another cluster, by way
    // of a restored dump. Start time and table tell one server from another that took its place, and one database from its restoration.
    internal const string Sql = """
        select concat_ws(' ', extract(epoch from pg_postmaster_start_time()), to_regclass('pool_change')::oid), now.snapshot::text, now(),
            coalesce(pg_snapshot_xmax(now.snapshot) >= pg_snapshot_xmax($1::text::pg_snapshot), false), c.n, c.pool_id, c.account_id
        from (select pg_current_snapshot() as snapshot) now
        left join lateral (
            select p.n, p.pool_id, p.account_id from pool_change p
            where p.transaction_id >= pg_snapshot_xmin($1::text::pg_snapshot) and p.transaction_id < pg_snapshot_xmax(now.snapshot)
                and not pg_visible_in_snapshot(p.transaction_id, $1::text::pg_snapshot)
            order by p.transaction_id, p.n
            limit 1001
        ) c on true
        where not pg_is_in_recovery()
        """;

    /// <summary>
    /// Null when the server is a standby, which knows no more than what it was sent. The answer is complete when the changes are all
    /// that happened since <paramref name="last"/>.
    /// </summary>
    public static async Task<PoolChangePoll?> ReadAsync(NpgsqlDataSource db, Mark? last, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = last?.Snapshot });
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
        {
            return null;
        }

        var seen = new Mark(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2));
        var goesOn = reader.GetBoolean(3);
        var changes = new List<Change>();
        do
        {
            if (!reader.IsDBNull(4))
            {
                changes.Add(new Change(reader.IsDBNull(5) ? null : reader.GetString(5), reader.IsDBNull(6) ? null : reader.GetString(6)));
            }
        }
        while (await reader.ReadAsync(ct));

        return new PoolChangePoll(seen, goesOn && seen.Follows(last!) && changes.Count <= MostChanges, changes);
    }

    /// <summary>One pool, or all pools of one account, or all pools.</summary>
    internal readonly record struct Change(string? PoolId, string? AccountId);

    /// <summary>How far a poll saw, and of which database.</summary>
    internal sealed record Mark(string Database, string Snapshot, DateTimeOffset At)
    {
        public bool Follows(Mark last) => Database == last.Database && At >= last.At && At - last.At <= LongestGap;
    }
}
