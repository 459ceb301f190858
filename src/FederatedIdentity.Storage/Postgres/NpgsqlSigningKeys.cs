using System.Security.Cryptography;
using FederatedIdentity.Storage.Postgres.Tables;
using FederatedIdentity.Storage.Secrets;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>One signing key as stored; <see cref="NpgsqlSigningKeys.Unwrap"/> gives its private key.</summary>
public sealed record StoredSigningKey(
    string Kid, int Number, string Algorithm, string State, string PublicJwk, byte[] WrappedPrivateKey);

/// <summary>The signing keys that all replicas share. However many replicas start at once, they agree on one first key.</summary>
public sealed class NpgsqlSigningKeys(NpgsqlDataSource db, MasterKey masterKey, TimeProvider clock)
{
    internal const string ReadAllSql = """
        select kid, number, algorithm, state, public_jwk, wrapped_private_key from signing_key order by number
        """;

    private const string LockSql = "select pg_advisory_xact_lock(hashtextextended('federated-identity signing_key', 0))";

    private const string NextNumberSql = "select coalesce(max(number), 0) + 1 from signing_key";

    private const string InsertSql = """
        insert into signing_key (kid, number, algorithm, state, public_jwk, wrapped_private_key, created_at, activated_at)
        values ($1, $2, $3, 'current', $4::json, $5, $6, $6)
        """;

    public async Task<IReadOnlyList<StoredSigningKey>> ReadAllAsync(CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return await ReadAllAsync(connection, ct);
    }

    /// <summary>
    /// The key that signs with <paramref name="algorithm"/>. When there is none, <paramref name="generate"/> makes one, given its kid: the
    /// region's name and a number, as the real service forms it. It returns the private key as PKCS #8 and the public one as JWK.
    /// </summary>
    public async Task<StoredSigningKey> EnsureCurrentAsync(
        string region, string algorithm, Func<string, (byte[] PrivatePkcs8, string PublicJwkJson)> generate, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        if (CurrentOf(await ReadAllAsync(connection, ct), algorithm) is { } existing)
        {
            return existing;
        }

        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var turn = new NpgsqlCommand(LockSql, connection);
        await turn.ExecuteNonQueryAsync(ct);
        if (CurrentOf(await ReadAllAsync(connection, ct), algorithm) is { } faster)
        {
            return faster;
        }

        var created = await CreateAsync(connection, region, algorithm, generate, ct);
        await transaction.CommitAsync(ct);
        return created;
    }

    /// <summary>The private key as PKCS #8; the caller clears it after use.</summary>
    public byte[] Unwrap(StoredSigningKey key) => masterKey.Unwrap(key.WrappedPrivateKey, OwnerName(key.Kid));

    private static string OwnerName(string kid) => $"signing_key:{kid}";

    private static StoredSigningKey? CurrentOf(IReadOnlyList<StoredSigningKey> keys, string algorithm) =>
        keys.SingleOrDefault(key => key.Algorithm == algorithm && key.State == SigningKeyState.Current);

    private static async Task<IReadOnlyList<StoredSigningKey>> ReadAllAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(ReadAllSql, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var keys = new List<StoredSigningKey>();
        while (await reader.ReadAsync(ct))
        {
            keys.Add(new StoredSigningKey(
                reader.GetString(0), reader.GetInt32(1), reader.GetString(2), reader.GetString(3), reader.GetString(4),
                reader.GetFieldValue<byte[]>(5)));
        }

        return keys;
    }

    private async Task<StoredSigningKey> CreateAsync(
        NpgsqlConnection connection, string region, string algorithm,
        Func<string, (byte[] PrivatePkcs8, string PublicJwkJson)> generate, CancellationToken ct)
    {
        await using var next = new NpgsqlCommand(NextNumberSql, connection);
        var number = (int)(await next.ExecuteScalarAsync(ct))!;
        var kid = $"{region}{number}";
        var (privateKey, publicJwk) = generate(kid);
        var wrapped = masterKey.Wrap(privateKey, OwnerName(kid));
        CryptographicOperations.ZeroMemory(privateKey);

        await using var insert = new NpgsqlCommand(InsertSql, connection);
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = kid });
        insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = number });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = algorithm });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = publicJwk });
        insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = wrapped });
        insert.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = clock.GetUtcNow().UtcDateTime });
        await insert.ExecuteNonQueryAsync(ct);
        return new StoredSigningKey(kid, number, algorithm, SigningKeyState.Current, publicJwk, wrapped);
    }
}
