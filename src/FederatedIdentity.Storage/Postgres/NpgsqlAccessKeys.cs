using System.Security.Cryptography;
using System.Text;
using FederatedIdentity.Domain;
using FederatedIdentity.Storage.Secrets;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// One access key as stored; <see cref="NpgsqlAccessKeys.Unwrap"/> gives its secret. Without <paramref name="User"/> it is the
/// account's root's.
/// </summary>
public sealed record StoredAccessKey(string Id, string AccountId, StoredUser? User, byte[] WrappedSecret, bool Active);

/// <summary>The user whose key it is.</summary>
public sealed record StoredUser(string Id, string Path, string Name);

/// <summary>The long-term access keys, their secrets wrapped by the master key, and the accounts they belong to.</summary>
public sealed class NpgsqlAccessKeys(NpgsqlDataSource db, Database users, MasterKey masterKey, TimeProvider clock)
{
    internal const string FindSql = """
        select k.account_id, k.wrapped_secret, k.active, u.id, u.path, u.name
        from access_key k
        left join iam_user u on u.account_id = k.account_id and u.name = k.user_name
        where k.id = $1
        """;

    // The form that AWS gives for access key ids (IAM API reference, data type AccessKey); anything else cannot be one of ours.
    private const int MinIdLength = 16;
    private const int MaxIdLength = 128;

    private const string EnsureAccountSql = "insert into account (id, created_at) values ($1, $2) on conflict do nothing";

    private const string LockSql = "select pg_advisory_xact_lock(hashtextextended('federated-identity access_key', 0))";

    private const string BootstrapSql = """
        insert into access_key (id, account_id, wrapped_secret, active, created_at)
        select $1, $2, $3, true, $4 where not exists (select from access_key)
        """;

    /// <summary>Null when there is no such key. An inactive key is found; refusing it is the caller's part.</summary>
    public async ValueTask<StoredAccessKey?> FindAsync(string id, CancellationToken ct)
    {
        if (!IsWellFormed(id))
        {
            return null;
        }

        return await users.ReadAsync(FindSql, async (command, stop) =>
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
            await using var reader = await command.ExecuteReaderAsync(stop);
            return await reader.ReadAsync(stop)
                ? new StoredAccessKey(
                    id,
                    reader.GetString(0),
                    reader.IsDBNull(3) ? null : new StoredUser(reader.GetString(3), reader.GetString(4), reader.GetString(5)),
                    reader.GetFieldValue<byte[]>(1),
                    reader.GetBoolean(2))
                : null;
        }, ct);
    }

    public SecretKey Unwrap(StoredAccessKey key) =>
        new(Encoding.UTF8.GetString(masterKey.Unwrap(key.WrappedSecret, OwnerName(key.Id))));

    /// <summary>What is stored of a secret; it opens only as that of this key.</summary>
    public byte[] Wrap(string accessKeyId, SecretKey secret)
    {
        var plain = Encoding.UTF8.GetBytes(secret.Reveal);
        var wrapped = masterKey.Wrap(plain, OwnerName(accessKeyId));
        CryptographicOperations.ZeroMemory(plain);
        return wrapped;
    }

    /// <summary>The account's row exists afterwards.</summary>
    public async Task EnsureAccountAsync(string accountId, CancellationToken ct)
    {
        await using var command = db.CreateCommand(EnsureAccountSql);
        AddAccount(command.Parameters, accountId);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>
    /// Creates the account and its root's first key if there is no access key at all; of several replicas with different keys, one wins.
    /// False when there was one already.
    /// </summary>
    public async Task<bool> TryBootstrapAsync(string accountId, string accessKeyId, SecretKey secret, CancellationToken ct)
    {
        if (!IsWellFormed(accessKeyId))
        {
            throw new ArgumentException(
                $"An access key id has {MinIdLength} to {MaxIdLength} letters, digits and underscores.", nameof(accessKeyId));
        }

        var wrapped = Wrap(accessKeyId, secret);

        // Sent together, the statements are one transaction; each has its own snapshot, so the last one sees what the lock waited for.
        await using var batch = db.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LockSql));
        var account = new NpgsqlBatchCommand(EnsureAccountSql);
        AddAccount(account.Parameters, accountId);
        batch.BatchCommands.Add(account);
        var key = new NpgsqlBatchCommand(BootstrapSql);
        key.Parameters.Add(new NpgsqlParameter<string> { TypedValue = accessKeyId });
        key.Parameters.Add(new NpgsqlParameter<string> { TypedValue = accountId });
        key.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = wrapped });
        key.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = clock.GetUtcNow().UtcDateTime });
        batch.BatchCommands.Add(key);
        await batch.ExecuteNonQueryAsync(ct);
        return key.RecordsAffected == 1;
    }

    private static string OwnerName(string accessKeyId) => $"access_key:{accessKeyId}";

    private static bool IsWellFormed(string id) =>
        id.Length is >= MinIdLength and <= MaxIdLength && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private void AddAccount(NpgsqlParameterCollection parameters, string accountId)
    {
        parameters.Add(new NpgsqlParameter<string> { TypedValue = accountId });
        parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = clock.GetUtcNow().UtcDateTime });
    }
}
