using Npgsql;

namespace FederatedIdentity.Benchmarks.Load.Ceiling;

/// <summary>One indexed SELECT or one INSERT in the server's own tables, the fastest way Npgsql has: prepared, and nothing reset between calls.</summary>
internal sealed class CeilingDatabase(string connectionString) : IAsyncDisposable
{
    private const string FindSql = "select pool_id, state, version, created_at from identity where id = $1";

    private const string OwnerSql =
        "select identity_id from login where pool_id = $1 and kind = 0 and provider = $2 and subject = $3";

    private const string InsertSql = """
        insert into identity (id, pool_id, state, version, created_at, modified_at)
        select 'us-east-1:' || gen_random_uuid(), p.id, 0, 1, now(), now() from identity_pool p where p.id = $1 and p.deleted_at is null
        returning id
        """;

    private readonly NpgsqlDataSource _connections = new NpgsqlSlimDataSourceBuilder(
        new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxPoolSize = 32, MaxAutoPrepare = 20, AutoPrepareMinUsages = 2, NoResetOnClose = true,
        }.ConnectionString).Build();

    public async ValueTask FindAsync(string identity)
    {
        await using var command = _connections.CreateCommand(FindSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = identity });
        await using var rows = await command.ExecuteReaderAsync();
        if (!await rows.ReadAsync())
        {
            throw new KeyNotFoundException();
        }

        _ = (rows.GetString(0), rows.GetInt16(1), rows.GetInt32(2), rows.GetDateTime(3));
    }

    public async ValueTask<string> OwnerAsync(string pool, string provider, string subject)
    {
        await using var command = _connections.CreateCommand(OwnerSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = pool });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = provider });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = subject });
        await using var rows = await command.ExecuteReaderAsync();
        return await rows.ReadAsync() ? rows.GetString(0) : throw new KeyNotFoundException();
    }

    /// <summary>A guest of the pool, and returns when that is on the disk.</summary>
    public async ValueTask<string> InsertAsync(string pool)
    {
        await using var command = _connections.CreateCommand(InsertSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = pool });
        await using var rows = await command.ExecuteReaderAsync();
        return await rows.ReadAsync() ? rows.GetString(0) : throw new KeyNotFoundException();
    }

    public ValueTask DisposeAsync() => _connections.DisposeAsync();
}
