using System.Security.Cryptography;
using FederatedIdentity.Storage.Secrets;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// One session key as stored; <see cref="NpgsqlSessionKeys.Unwrap"/> gives its 32 bytes unless it is retired. <paramref name="Age"/> is
/// what the database's clock says.
/// </summary>
public sealed record StoredSessionKey(string Id, byte[] WrappedKey, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt, TimeSpan Age);

/// <summary>
/// The keys that seal session tokens, shared by all replicas. However many replicas rotate at once, and whatever their clocks say, one
/// key comes of it: every time is the database's.
/// </summary>
public sealed class NpgsqlSessionKeys(NpgsqlDataSource db, MasterKey masterKey)
{
    public const int KeyLength = 32;
    public const int IdLength = 8;

    /// <summary>After so long a new key takes over.</summary>
    public static readonly TimeSpan LongestUse = TimeSpan.FromDays(1);

    /// <summary>A key's day, a session's 36 hours, and some.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(3);

    internal const string ReadAllSql = """
        select id, wrapped_key, created_at, retired_at, clock_timestamp() - created_at from session_key order by created_at, id
        """;

    private const string LockSql = "select pg_advisory_xact_lock(hashtextextended('federated-identity session_key', 0))";

    private const string InsertSql = """
        insert into session_key (id, wrapped_key, created_at)
        select $1, $2, clock_timestamp()
        where not exists (select from session_key where retired_at is null and created_at > clock_timestamp() - $3)
        """;

    private const string RetireSql = """
        update session_key set retired_at = clock_timestamp(), wrapped_key = '' where id = $1 and retired_at is null
        """;

    private const string ForgetSql = "delete from session_key where created_at < clock_timestamp() - $1";

    /// <summary>Every key, the oldest first.</summary>
    public async Task<IReadOnlyList<StoredSessionKey>> ReadAllAsync(CancellationToken ct)
    {
        await using var command = db.CreateCommand(ReadAllSql);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var keys = new List<StoredSessionKey>();
        while (await reader.ReadAsync(ct))
        {
            keys.Add(new StoredSessionKey(
                reader.GetString(0), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<DateTimeOffset>(2),
                reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3), reader.GetFieldValue<TimeSpan>(4)));
        }

        return keys;
    }

    /// <summary>
    /// There is a key afterwards that is younger than <paramref name="longestUse"/> and not retired; those older than
    /// <paramref name="longestLife"/>, which no unexpired token needs, are gone. Whether it was this call that made one.
    /// </summary>
    public async Task<bool> RotateAsync(TimeSpan longestUse, TimeSpan longestLife, CancellationToken ct)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdLength));
        var key = RandomNumberGenerator.GetBytes(KeyLength);
        var wrapped = masterKey.Wrap(key, OwnerName(id));
        CryptographicOperations.ZeroMemory(key);

        // Sent together, the statements are one transaction; each has its own snapshot, so the insert sees what the lock waited for.
        await using var batch = db.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LockSql));
        var insert = new NpgsqlBatchCommand(InsertSql);
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
        insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = wrapped });
        insert.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = longestUse });
        batch.BatchCommands.Add(insert);
        var forget = new NpgsqlBatchCommand(ForgetSql);
        forget.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = longestLife });
        batch.BatchCommands.Add(forget);
        await batch.ExecuteNonQueryAsync(ct);
        return insert.RecordsAffected == 1;
    }

    /// <summary>From now on the key opens nothing, and is destroyed. False when there is no such key, or it was retired before.</summary>
    public async Task<bool> RetireAsync(string id, CancellationToken ct)
    {
        await using var command = db.CreateCommand(RetireSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>The key itself; the caller clears it after use.</summary>
    public byte[] Unwrap(StoredSessionKey key) => masterKey.Unwrap(key.WrappedKey, OwnerName(key.Id));

    private static string OwnerName(string id) => $"session_key:{id}";
}
