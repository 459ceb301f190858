using FederatedIdentity.IntegrationTests.Upgrades;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Storage;

/// <summary>Plain tables or partitions: chosen once, and then whatever there is stays.</summary>
public sealed class LayoutTests
{
    private const string PartitionsSql = "select count(*) from pg_inherits where inhparent::regclass::text in ('identity', 'login', 'login_owner')";

    // What partitions cannot have is made up for elsewhere: the key of login is login_owner's.
    private const string SchemaSql = """
        select format('%s.%s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity)
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'login_owner'
        union all
        select format('%s.%s %s', c.relname, d.adnum, pg_get_expr(d.adbin, d.adrelid))
        from pg_class c join pg_attrdef d on d.adrelid = c.oid where c.relnamespace = 'public'::regnamespace and not c.relispartition
        union all
        select format('%s %s %s', c.relname, o.conname, pg_get_constraintdef(o.oid))
        from pg_class c join pg_constraint o on o.conrelid = c.oid
        where c.relnamespace = 'public'::regnamespace and not c.relispartition and o.conparentid = 0 and o.conname not in ('login_pkey', 'login_owner_pkey')
        union all
        select replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ')
        from pg_class c join pg_index i on i.indrelid = c.oid
        where c.relnamespace = 'public'::regnamespace and not c.relispartition and i.indexrelid::regclass::text not in ('login_pkey', 'login_owner_pkey')
        union all
        select format('%s %s %s', c.relname, d.objsubid, d.description)
        from pg_class c join pg_description d on d.objoid = c.oid and d.objsubid > 0
        where c.relnamespace = 'public'::regnamespace
        """;

    [Fact]
    public async Task An_empty_database_gets_the_partitions_that_were_asked_for_and_keeps_them()
    {
        await using var database = await TestDatabase.CreateAsync();

        Assert.Equal(Release.Migrations.Count, await MigrateAsync(database.ConnectionString, 4));
        Assert.Equal(12L, await database.ScalarAsync(PartitionsSql));
        Assert.Equal(0, await MigrateAsync(database.ConnectionString, 4));
        Assert.Equal(0, await MigrateAsync(database.ConnectionString, null));
        await RefusedAsync(database.ConnectionString, 0, "4 partitions", "plain tables");
        await RefusedAsync(database.ConnectionString, 8, "4 partitions", "8 partitions");

        Assert.Equal(12L, await database.ScalarAsync(PartitionsSql));
    }

    [Fact]
    public async Task Plain_tables_stay_plain()
    {
        await using var database = await TestDatabase.CreateAsync();

        await MigrateAsync(database.ConnectionString, null);
        Assert.Equal(0, await MigrateAsync(database.ConnectionString, 0));
        await RefusedAsync(database.ConnectionString, 4, "plain tables", "4 partitions");

        Assert.Equal(0L, await database.ScalarAsync(PartitionsSql));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(257)]
    public async Task A_number_that_makes_no_sense_is_refused(int partitions)
    {
        await using var database = await TestDatabase.CreateAsync();

        await RefusedAsync(database.ConnectionString, partitions, "has to be 0", "2 to 256");

        Assert.Equal(true, await database.ScalarAsync("select to_regclass('identity') is null"));
    }

    [Fact]
    public async Task A_database_of_the_release_before_with_identities_cannot_be_divided_and_is_left_alone()
    {
        await using var old = await OldDatabase.CreateAsync(schema: 5);
        var columns = await old.ColumnsAsync();
        var before = await old.RowsAsync(columns);

        await RefusedAsync(old.ConnectionString, 4, "plain tables", "4 partitions");
        Assert.Equal(5, await old.Db.ValueAsync<long>("""select count(*) from "__EFMigrationsHistory" """));

        Assert.Equal(Release.Migrations.Count - 5, await MigrateAsync(old.ConnectionString, null));
        Assert.Equivalent(before, await old.RowsAsync(columns), strict: true);
    }

    [Fact]
    public async Task A_first_migration_that_was_interrupted_goes_on()
    {
        await using var old = await OldDatabase.CreateAsync(schema: 5);
        await old.Db.RunAsync("delete from identity");

        await MigrateAsync(old.ConnectionString, 4);

        Assert.Equal(12, await old.Db.ValueAsync<long>(PartitionsSql));
    }

    [Fact]
    public async Task Both_layouts_have_the_same_columns_constraints_and_indexes()
    {
        await using var plain = await TestDatabase.CreateAsync();
        await using var divided = await TestDatabase.CreateAsync();
        await MigrateAsync(plain.ConnectionString, 0);
        await MigrateAsync(divided.ConnectionString, 4);

        Assert.Equal(await LinesAsync(plain), await LinesAsync(divided));
    }

    [Fact]
    public async Task A_role_that_may_change_rows_and_nothing_else_serves_partitions()
    {
        await using var database = await TestDatabase.CreateAsync();
        await MigrateAsync(database.ConnectionString, 4);
        var role = $"serving_{Guid.NewGuid():N}";
        await database.ScalarAsync($"""
            create role {role} login password 'serving';
            grant select, insert, update, delete on all tables in schema public to {role};
            insert into account (id, created_at) values ('123456789012', now());
            """);
        try
        {
            await using var serving = NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = role, Password = "serving", Pooling = false });
            await serving.RunAsync("""
                insert into identity (id, pool_id, state, version, created_at, modified_at)
                select 'us-east-1:' || n, 'pool', 1, 1, now(), now() from generate_series(1, 20) n;
                insert into login (pool_id, kind, provider, subject, identity_id, created_at)
                select 'pool', 0, 'login.example', n, 'us-east-1:' || n, now() from generate_series(1, 20) n;
                delete from identity where id = 'us-east-1:7';
                """);

            Assert.Equal(19, await serving.ValueAsync<long>("select count(*) from login_owner"));
            Assert.Equal(19, await serving.ValueAsync<long>("select count(distinct sequence) from identity"));
        }
        finally
        {
            await database.ScalarAsync($"drop owned by {role}; drop role {role}");
        }
    }

    private static Task<int> MigrateAsync(string connectionString, int? partitions) =>
        new SchemaMigrator(PostgresConnection.Of(connectionString), NullLogger<SchemaMigrator>.Instance) { Partitions = partitions }
            .MigrateAsync(default);

    private static async Task RefusedAsync(string connectionString, int partitions, params string[] words)
    {
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => MigrateAsync(connectionString, partitions));
        Assert.All(["FederatedIdentity:Postgres:Partitions", .. words], word => Assert.Contains(word, refusal.Message, StringComparison.Ordinal));
    }

    private static async Task<IEnumerable<string>> LinesAsync(TestDatabase database)
    {
        await using var db = NpgsqlDataSource.Create(database.ConnectionString);
        return (await db.LinesAsync(SchemaSql)).Order(StringComparer.Ordinal);
    }
}
