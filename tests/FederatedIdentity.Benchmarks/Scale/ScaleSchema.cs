using Npgsql;

namespace FederatedIdentity.Benchmarks.Scale;

/// <summary>Takes indexes and keys away from the tables that are filled, and makes them again by their own definitions.</summary>
internal static class ScaleSchema
{
    private const string Filled = "('identity', 'login', 'login_owner')";

    private const string DefinitionsSql = $"""
        select format('alter table %s drop constraint %I', t.relname, c.conname),
            format('alter table %s add constraint %I %s', t.relname, c.conname, pg_get_constraintdef(c.oid)), t.relname::text, c.contype = 'f'
        from pg_constraint c join pg_class t on t.oid = c.conrelid
        where t.relname in {Filled} and t.relnamespace = 'public'::regnamespace and c.contype in ('p', 'u', 'f') and c.conparentid = 0
        union all
        select format('drop index %I', x.relname), replace(pg_get_indexdef(x.oid), ' ON ONLY ', ' ON '), t.relname::text, false
        from pg_index i join pg_class x on x.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
        where t.relname in {Filled} and t.relnamespace = 'public'::regnamespace
            and not exists (select from pg_constraint c where c.conindid = x.oid and c.contype in ('p', 'u'))
        """;

    // Everything that a statement or a writer could notice. Not object ids, and not the order in which things were made.
    private const string DescriptionSql = """
        select line from (
            select format('%s %s %s', c.relkind, c.relname, pg_get_partkeydef(c.oid)) as line
            from pg_class c where c.relnamespace = 'public'::regnamespace
            union all
            select format('%s.%s %s %s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
                a.attcollation::regcollation, pg_get_expr(d.adbin, d.adrelid))
            from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
            where c.relnamespace = 'public'::regnamespace
            union all
            select format('%s %s %s %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid), c.convalidated)
            from pg_constraint c where c.connamespace = 'public'::regnamespace
            union all
            select format('%s %s %s', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisready)
            from pg_index i join pg_class c on c.oid = i.indrelid where c.relnamespace = 'public'::regnamespace
            union all
            select format('%s %s', pg_get_triggerdef(t.oid), t.tgenabled)
            from pg_trigger t join pg_class c on c.oid = t.tgrelid where c.relnamespace = 'public'::regnamespace and not t.tgisinternal
            union all
            select format('%s %s %s', d.classoid::regclass, d.objsubid, d.description)
            from pg_description d join pg_class c on c.oid = d.objoid where c.relnamespace = 'public'::regnamespace
        ) lines order by line collate "C"
        """;

    /// <summary>What was taken from each table. Foreign keys need the keys that they refer to.</summary>
    public static async Task<IReadOnlyList<(string Table, string Sql, bool IsForeign)>> StripAsync(ScaleCluster cluster, string database)
    {
        var (drops, makes) = (new List<(string Sql, bool IsForeign)>(), new List<(string, string, bool)>());
        await using var connection = await cluster.ConnectAsync(database);
        await using (var command = new NpgsqlCommand(DefinitionsSql, connection))
        await using (var rows = await command.ExecuteReaderAsync())
        {
            while (await rows.ReadAsync())
            {
                drops.Add((rows.GetString(0), rows.GetBoolean(3)));
                makes.Add((rows.GetString(2), rows.GetString(1), rows.GetBoolean(3)));
            }
        }

        foreach (var (sql, _) in drops.OrderByDescending(drop => drop.IsForeign))
        {
            await using var drop = new NpgsqlCommand(sql, connection);
            await drop.ExecuteNonQueryAsync();
        }

        return makes;
    }

    /// <summary>What belongs to one table at the same time as what belongs to others.</summary>
    public static Task RestoreAsync(ScaleCluster cluster, string database, IEnumerable<(string Table, string Sql, bool IsForeign)> parts) =>
        Task.WhenAll(parts.GroupBy(part => part.Table).Select(async table =>
        {
            foreach (var (_, sql, _) in table)
            {
                await cluster.RunAsync(database, sql);
            }
        }));

    public static Task<IReadOnlyList<string>> DescribeAsync(ScaleCluster cluster, string database) =>
        cluster.LinesAsync(database, DescriptionSql);
}
