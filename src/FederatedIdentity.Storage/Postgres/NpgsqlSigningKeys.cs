using System.Security.Cryptography;
using FederatedIdentity.Domain.Keys;
using FederatedIdentity.Storage.Secrets;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// The signing keys that all replicas share. Whoever changes them holds a lock meanwhile, and every time is the database's: however many
/// replicas find at once that something is due, and whatever their clocks say, it happens once.
/// </summary>
public sealed class NpgsqlSigningKeys(NpgsqlDataSource db, MasterKey masterKey)
{
    /// <summary>Gives the private key as PKCS #8 and the public one as JWK, for an algorithm and a kid.</summary>
    public delegate (byte[] PrivatePkcs8, string PublicJwkJson) Generate(string algorithm, string kid);

    internal const string ReadAllSql = """
        select kid, number, algorithm, state, public_jwk, wrapped_private_key, created_at, activated_at, retired_at,
            clock_timestamp(), rotation_ordered
        from signing_key order by number
        """;

    private const string TryLockSql = "select pg_try_advisory_xact_lock(hashtextextended('federated-identity signing_key', 0))";

    private const string LockSql = "select pg_advisory_xact_lock(hashtextextended('federated-identity signing_key', 0)) is not null";

    private const string NextNumberSql = "select coalesce(max(number), 0) + 1 from signing_key";

    private const string InsertSql = """
        insert into signing_key (kid, number, algorithm, state, public_jwk, wrapped_private_key, created_at, activated_at)
        values ($1, $2, $3, $4, $5::json, $6, clock_timestamp(), case when $4 = 'current' then clock_timestamp() end)
        """;

    private const string RetireSql = """
        update signing_key set state = 'retired', retired_at = clock_timestamp(), wrapped_private_key = ''
        where state = 'current' and kid = coalesce($1, kid)
        """;

    private const string ActivateSql = """
        update signing_key set state = 'current', activated_at = clock_timestamp() where kid = $1 and state = 'next'
        """;

    private const string OrderSql = "update signing_key set rotation_ordered = true where kid = $1 and state = 'next'";

    private const string RemoveSql = "delete from signing_key where kid = $1";

    public async Task<StoredSigningKeys> ReadAsync(CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return await ReadAsync(connection, ct);
    }

    /// <summary>
    /// Takes the steps that <paramref name="due"/> asks for until it asks for none: all of them, or none when one fails. The kid of a new
    /// key is the region's name and a number, as the real service forms it. Null when somebody else is at it; with
    /// <paramref name="wait"/> their turn is waited for. Throws CryptographicException for a master key that does not open the keys there
    /// are.
    /// </summary>
    public async Task<IReadOnlyList<(KeyStep Step, string Kid)>?> ChangeAsync(
        string region, Func<StoredSigningKeys, KeyStep?> due, Generate generate, bool wait, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var turn = new NpgsqlCommand(wait ? LockSql : TryLockSql, connection);
        if (await turn.ExecuteScalarAsync(ct) is not true)
        {
            return null;
        }

        var taken = new List<(KeyStep, string)>();
        while (await ReadAsync(connection, ct) is var keys && due(keys) is { } step)
        {
            taken.Add((step, await TakeAsync(step, keys, region, generate, connection, ct)));
        }

        await transaction.CommitAsync(ct);
        return taken;
    }

    /// <summary>The private key as PKCS #8; the caller clears it after use.</summary>
    public byte[] Unwrap(StoredSigningKey key) => masterKey.Unwrap(key.WrappedPrivateKey, OwnerName(key.Kid));

    private void CheckOpens(StoredSigningKey? key)
    {
        if (key is not null)
        {
            CryptographicOperations.ZeroMemory(Unwrap(key));
        }
    }

    private static string OwnerName(string kid) => $"signing_key:{kid}";

    private static async Task<StoredSigningKeys> ReadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(ReadAllSql, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (keys, now) = (new List<StoredSigningKey>(), DateTimeOffset.MinValue);
        while (await reader.ReadAsync(ct))
        {
            keys.Add(new StoredSigningKey(
                new SigningKeyLife(
                    reader.GetString(0), reader.GetInt32(1), reader.GetString(2), reader.GetString(3),
                    reader.GetFieldValue<DateTimeOffset>(6), Time(reader, 7), Time(reader, 8)) { IsOrdered = reader.GetBoolean(10) },
                reader.GetString(4),
                reader.GetFieldValue<byte[]>(5)));
            now = reader.GetFieldValue<DateTimeOffset>(9);
        }

        return new StoredSigningKeys(keys, now);
    }

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);

    /// <summary>Takes one step; the kid that it was about.</summary>
    private async Task<string> TakeAsync(
        KeyStep step, StoredSigningKeys keys, string region, Generate generate, NpgsqlConnection connection, CancellationToken ct)
    {
        switch (step)
        {
            case KeyStep.Create create:
                // Whoever cannot open the others' key has another master key, and the others could not open his.
                CheckOpens(keys.Keys.FirstOrDefault(key => key.Life.State == SigningKeyState.Current));
                return await CreateAsync(create, region, generate, connection, ct);
            case KeyStep.Activate { Kid: var kid }:
                CheckOpens(keys.Keys.Single(key => key.Kid == kid));
                await ExecuteAsync(RetireSql, null, connection, ct);
                await ExecuteAsync(ActivateSql, kid, connection, ct);
                return kid;
            case KeyStep.Order { Kid: var kid }:
                await ExecuteAsync(OrderSql, kid, connection, ct);
                return kid;
            case KeyStep.Retire { Kid: var kid }:
                await ExecuteAsync(RetireSql, kid, connection, ct);
                return kid;
            case KeyStep.Remove { Kid: var kid }:
                await ExecuteAsync(RemoveSql, kid, connection, ct);
                return kid;
            default:
                throw new ArgumentException($"No such step: {step}", nameof(step));
        }
    }

    private async Task<string> CreateAsync(
        KeyStep.Create create, string region, Generate generate, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var next = new NpgsqlCommand(NextNumberSql, connection);
        var number = (int)(await next.ExecuteScalarAsync(ct))!;
        var kid = $"{region}{number}";
        var (privateKey, publicJwk) = generate(create.Algorithm, kid);
        var wrapped = masterKey.Wrap(privateKey, OwnerName(kid));
        CryptographicOperations.ZeroMemory(privateKey);

        await using var insert = new NpgsqlCommand(InsertSql, connection);
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = kid });
        insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = number });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = create.Algorithm });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = create.State });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = publicJwk });
        insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = wrapped });
        await insert.ExecuteNonQueryAsync(ct);
        return kid;
    }

    private static async Task ExecuteAsync(string sql, string? kid, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = kid ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        await command.ExecuteNonQueryAsync(ct);
    }
}
