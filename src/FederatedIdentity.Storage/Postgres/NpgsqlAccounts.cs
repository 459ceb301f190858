using FederatedIdentity.Domain;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>The accounts of a deployment, as its operator makes them: each begins with one access key of its root.</summary>
public sealed class NpgsqlAccounts(NpgsqlDataSource db, NpgsqlAccessKeys accessKeys, TimeProvider clock)
{
    private const string CreateSql = """
        with created as (
            insert into account (id, name, created_at) values ($1, $2, $3) on conflict do nothing returning id
        )
        insert into access_key (id, account_id, wrapped_secret, active, created_at)
        select $4, created.id, $5, true, $3 from created
        """;

    private const string AddKeySql = """
        insert into access_key (id, account_id, wrapped_secret, active, created_at)
        select $2, account.id, $3, true, $4 from account where account.id = $1
        """;

    private const string ListSql = "select id, name, created_at from account order by id";

    /// <summary>False when there is such an account already; it stays as it is.</summary>
    public async Task<bool> TryCreateAsync(string id, string? name, string accessKeyId, SecretKey secret, CancellationToken ct)
    {
        await using var command = db.CreateCommand(CreateSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = name });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = clock.GetUtcNow().UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = accessKeyId });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = accessKeys.Wrap(accessKeyId, secret) });
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>Gives the root of an account one more key; false when there is no such account.</summary>
    public async Task<bool> TryAddKeyAsync(string id, string accessKeyId, SecretKey secret, CancellationToken ct)
    {
        await using var command = db.CreateCommand(AddKeySql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = accessKeyId });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = accessKeys.Wrap(accessKeyId, secret) });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = clock.GetUtcNow().UtcDateTime });
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    public async Task<IReadOnlyList<(string Id, string? Name, DateTimeOffset CreatedAt)>> ListAsync(CancellationToken ct)
    {
        await using var command = db.CreateCommand(ListSql);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var accounts = new List<(string, string?, DateTimeOffset)>();
        while (await reader.ReadAsync(ct))
        {
            accounts.Add((reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2)));
        }

        return accounts;
    }
}
