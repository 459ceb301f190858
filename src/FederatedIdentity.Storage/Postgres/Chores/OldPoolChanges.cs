using Npgsql;
using NpgsqlTypes;

namespace FederatedIdentity.Storage.Postgres.Chores;

/// <summary>
/// Removes pool changes that every replica has seen: those that were committed at least <see cref="Retention"/> ago. A replica that
/// slept so long does not rely on them (<see cref="PoolChangePoll.LongestGap"/>).
/// </summary>
internal sealed class OldPoolChanges(NpgsqlDataSource db, TimeProvider clock) : IChore
{
    internal static readonly TimeSpan Retention = TimeSpan.FromMinutes(10);

    /// <summary>Below this all transactions are over.</summary>
    internal const string HorizonSql = "select pg_snapshot_xmin(pg_current_snapshot())";

    internal const string PruneSql = """
        with doomed as materialized (
            select c.transaction_id, c.n from pool_change c
            where c.transaction_id < $1
            order by c.transaction_id, c.n
            limit 1000
            for update skip locked
        )
        delete from pool_change c using doomed d where c.transaction_id = d.transaction_id and c.n = d.n
        """;

    /// <summary>What claims to be of the future came from another cluster in a dump, and would stay until this one gets there.</summary>
    internal const string ForeignSql = "delete from pool_change where transaction_id >= pg_snapshot_xmax(pg_current_snapshot())";

    private Mark? _mark;

    public string Name => "pool_changes";

    public TimeSpan Interval { get; } = TimeSpan.FromMinutes(1);

    public async Task<ChoreReport> RunAsync(HousekeepingLease lease, CancellationToken ct)
    {
        var removed = await ExecuteAsync(ForeignSql, null, ct);
        var horizon = await HorizonAsync(ct);
        if (_mark is not { } mark || horizon < mark.Horizon)
        {
            _mark = new Mark(horizon, clock.GetTimestamp()); // The first time, or in a database that was set back.
        }
        else if (clock.GetElapsedTime(mark.At) >= Retention)
        {
            while (true)
            {
                var began = clock.GetTimestamp();
                var batch = await ExecuteAsync(PruneSql, mark.Horizon, ct);
                removed += batch;
                if (batch == 0)
                {
                    break;
                }

                if (!await lease.BreatheAsync(began, ct))
                {
                    return new ChoreReport(removed, 0, IsFinished: false);
                }
            }

            _mark = new Mark(horizon, clock.GetTimestamp());
        }

        return new ChoreReport(removed, 0, IsFinished: true);
    }

    private async Task<ulong> HorizonAsync(CancellationToken ct)
    {
        await using var command = db.CreateCommand(HorizonSql);
        return (ulong)(await command.ExecuteScalarAsync(ct))!;
    }

    private async Task<int> ExecuteAsync(string sql, ulong? horizon, CancellationToken ct)
    {
        await using var command = db.CreateCommand(sql);
        if (horizon is { } below)
        {
            command.Parameters.Add(new NpgsqlParameter<ulong> { TypedValue = below, NpgsqlDbType = NpgsqlDbType.Xid8 });
        }

        return await command.ExecuteNonQueryAsync(ct);
    }

    private sealed record Mark(ulong Horizon, long At);
}
