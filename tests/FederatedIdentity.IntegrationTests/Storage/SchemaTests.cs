using FederatedIdentity.Tests.Shared;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.IntegrationTests.Storage;

public sealed class SchemaTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string ColumnsSql = """
        select format('%s.%s %s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
            case when a.attnotnull then '' else ' null' end)
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> '__EFMigrationsHistory'
        """;

    private const string KeysSql = """
        select format('%s(%s)', c.relname, string_agg(a.attname, ', ' order by array_position(i.indkey::int2[], a.attnum)))
        from pg_index i join pg_class c on c.oid = i.indrelid join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
        where c.relnamespace = 'public'::regnamespace and i.indisprimary and c.relname <> '__EFMigrationsHistory'
        group by c.relname
        """;

    // An index on a text[] with another collation, or a comparison with one, would order by the database's locale.
    private const string TextKeysSql = """
        select format('%s.%s', c.relname, a.attname)
        from pg_index i join pg_class c on c.oid = i.indrelid join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
        where c.relnamespace = 'public'::regnamespace and c.relname <> '__EFMigrationsHistory'
            and a.attcollation <> 0 and a.attcollation <> 'pg_catalog."C"'::regcollation
        """;

    [Fact]
    public async Task Model_and_schema_have_the_same_columns()
    {
        await using var tables = postgres.Tables();
        var model =
            from table in tables.Model.GetEntityTypes()
            from property in table.GetProperties()
            select $"{table.GetTableName()}.{property.GetColumnName()} {property.GetColumnType()}{(property.IsNullable ? " null" : "")}";

        Assert.Equal(model.Order(StringComparer.Ordinal), (await postgres.Db.LinesAsync(ColumnsSql)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Model_and_schema_have_the_same_primary_keys()
    {
        await using var tables = postgres.Tables();
        var model =
            from table in tables.Model.GetEntityTypes()
            select $"{table.GetTableName()}({string.Join(", ", table.FindPrimaryKey()!.Properties.Select(key => key.GetColumnName()))})";

        Assert.Equal(model.Order(StringComparer.Ordinal), (await postgres.Db.LinesAsync(KeysSql)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_indexed_text_is_compared_ordinally() => Assert.Empty(await postgres.Db.LinesAsync(TextKeysSql));

    [Fact]
    public async Task A_saved_change_raises_the_version_and_a_stale_one_fails()
    {
        var id = await postgres.NewPoolAsync();
        await using var first = postgres.Tables();
        await using var second = postgres.Tables();
        var mine = await first.LivePools.SingleAsync(pool => pool.Id == id.Value);
        var theirs = await second.LivePools.SingleAsync(pool => pool.Id == id.Value);

        mine.Name = "mine";
        theirs.Name = "theirs";
        await first.SaveChangesAsync();

        Assert.Equal(2, mine.Version);
        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => second.SaveChangesAsync());
        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => second.SaveChangesAsync());
    }
}
