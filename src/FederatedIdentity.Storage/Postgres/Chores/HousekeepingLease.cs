using System.Security.Cryptography;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres.Chores;

/// <summary>
/// At most one replica at a time keeps house: whoever holds a row that expires, by the database's clock, unless it is renewed. It keeps
/// replicas from doing the same work; no chore relies on it to be correct.
/// </summary>
/// <remarks>Not an advisory lock: those belong to sessions, which a pooler in transaction mode does not keep.</remarks>
internal sealed class HousekeepingLease(NpgsqlDataSource db, TimeProvider clock, string name = "housekeeping")
{
    /// <summary>How long after its holder's death the next one takes over, at most.</summary>
    internal static readonly TimeSpan Length = TimeSpan.FromSeconds(60);

    /// <summary>A pause is so many times as long as what was done before it, so that chores take a fifth of one connection's time at most.</summary>
    private const int PausesPerWork = 4;

    private static readonly TimeSpan _shortestPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan _longestPause = Length / 4;

    // An expiry that is further away than any that was ever set is what a clock that ran ahead left behind. After a gap of a day (nobody
    // kept house, an old backup was restored, the database's clock jumped) everything that counts days starts over.
    internal const string TakeSql = """
        insert into housekeeping as h (name, holder, expires_at, steady_since)
        values ($1, $2, now() + $3, now())
        on conflict (name) do update
        set holder = excluded.holder, expires_at = excluded.expires_at,
            steady_since = case
                when h.expires_at between now() - interval '1 day' and now() + 2 * $3 then least(h.steady_since, now())
                else now()
            end
        where h.holder = $2 or h.expires_at not between now() and now() + 2 * $3
        """;

    internal const string ReleaseSql = "update housekeeping set expires_at = now() where name = $1 and holder = $2";

    private long? _takenAt;

    public string Name => name;

    public string Holder { get; } = $"{Environment.MachineName} {RandomNumberGenerator.GetHexString(16, lowercase: true)}";

    /// <summary>Whether this replica keeps house: takes the lease when it is free, and renews it in time.</summary>
    public async ValueTask<bool> HoldAsync(CancellationToken ct)
    {
        if (_takenAt is { } taken && clock.GetElapsedTime(taken) < Length / 4)
        {
            return true;
        }

        _takenAt = null;
        var now = clock.GetTimestamp();
        await using var command = Command(TakeSql);
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = Length });
        if (await command.ExecuteNonQueryAsync(ct) == 0)
        {
            return false;
        }

        _takenAt = now;
        return true;
    }

    /// <summary>
    /// What a chore does after a batch that began at this time stamp: pauses, and asks whether it is still this replica's turn.
    /// </summary>
    public async ValueTask<bool> BreatheAsync(long began, CancellationToken ct)
    {
        var pause = PausesPerWork * clock.GetElapsedTime(began);
        await Task.Delay(pause < _shortestPause ? _shortestPause : pause > _longestPause ? _longestPause : pause, clock, ct);
        return await HoldAsync(ct);
    }

    /// <summary>Leaves the rest to others at once, if it was held.</summary>
    public async Task ReleaseAsync(CancellationToken ct)
    {
        if (_takenAt is not null)
        {
            _takenAt = null;
            await using var command = Command(ReleaseSql);
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    private NpgsqlCommand Command(string sql)
    {
        var command = db.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Holder });
        return command;
    }
}
