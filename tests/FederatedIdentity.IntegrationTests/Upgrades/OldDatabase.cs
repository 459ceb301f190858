using FederatedIdentity.IntegrationTests.Storage;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Upgrades;

/// <summary>A database with the schema of some migration and everything it may hold by then, from the SQL files beside this one.</summary>
internal sealed class OldDatabase : IAsyncDisposable
{
    /// <summary>The provider that the files speak of.</summary>
    private const string Provider = "127.0.0.1:4100";

    // Dropped by 0004, and never used before.
    private const string ColumnsSql = """
        select c.relname, string_agg(quote_ident(a.attname), ', ' order by a.attnum)
        from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> '__EFMigrationsHistory'
            and a.attnum > 0 and not a.attisdropped and (c.relname, a.attname) <> ('access_key', 'user_arn')
        group by c.relname
        """;

    private readonly TestDatabase _database;

    private OldDatabase(TestDatabase database) => (_database, Db) = (database, NpgsqlDataSource.Create(database.ConnectionString));

    public string ConnectionString => _database.ConnectionString;

    public NpgsqlDataSource Db { get; }

    /// <param name="schema">The number of the last migration.</param>
    /// <param name="provider">Host and port of the OpenID provider.</param>
    public static async Task<OldDatabase> CreateAsync(int schema, string provider = Provider)
    {
        var old = new OldDatabase(await TestDatabase.CreateAsync());
        try
        {
            await old.MigrateToAsync(schema);
            for (var number = 1; number <= schema; number++)
            {
                var sql = await File.ReadAllTextAsync(FileOf(number));
                await old.Db.RunAsync(sql.Replace(Provider, provider, StringComparison.Ordinal));
            }

            return old;
        }
        catch
        {
            await old.DisposeAsync();
            throw;
        }
    }

    public static string FileOf(int schema) =>
        Path.Combine(Peer.RepositoryRoot, "tests", "FederatedIdentity.IntegrationTests", "Upgrades", $"{schema:0000}.sql");

    /// <summary>The tables, and the columns of each.</summary>
    public async Task<Dictionary<string, string>> ColumnsAsync()
    {
        await using var command = Db.CreateCommand(ColumnsSql);
        await using var reader = await command.ExecuteReaderAsync();
        var columns = new Dictionary<string, string>();
        while (await reader.ReadAsync())
        {
            columns[reader.GetString(0)] = reader.GetString(1);
        }

        return columns;
    }

    /// <summary>Every row of these tables, in these columns.</summary>
    public async Task<Dictionary<string, string[]>> RowsAsync(Dictionary<string, string> columns)
    {
        var rows = new Dictionary<string, string[]>();
        foreach (var (table, names) in columns)
        {
            rows[table] = await Db.LinesAsync($"select to_json(x)::text from (select {names} from {table}) x order by 1");
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await Db.DisposeAsync();
        await _database.DisposeAsync();
    }

    private async Task MigrateToAsync(int schema)
    {
        await using var tables = new ControlPlaneDb(new DbContextOptionsBuilder<ControlPlaneDb>()
            .UseNpgsql(ConnectionString)
            .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning))
            .Options);
        await tables.GetService<IMigrator>().MigrateAsync(tables.Database.GetMigrations().ElementAt(schema - 1));
    }
}
