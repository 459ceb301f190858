namespace FederatedIdentity.Benchmarks.Scale;

/// <summary>Bytes on disk of a table with its partitions, without its indexes, and of these.</summary>
internal sealed record ScaleDisk(long Table, long Indexes)
{
    public static async Task<ScaleDisk> OfAsync(ScaleCluster cluster, string database, string table)
    {
        var sizes = await cluster.ValueAsync<long[]>(database, $"""
            select array[coalesce(sum(pg_table_size(c.oid)), 0), coalesce(sum(pg_indexes_size(c.oid)), 0)]::bigint[]
            from pg_class c
            where c.relkind = 'r' and (c.oid = '{table}'::regclass or c.oid in (select relid from pg_partition_tree('{table}')))
            """);
        return new ScaleDisk(sizes[0], sizes[1]);
    }

    public static async Task<ScaleDisk> OfAllAsync(ScaleCluster cluster, string database)
    {
        var all = new ScaleDisk(0, 0);
        foreach (var table in new[] { "identity", "login", "login_owner" })
        {
            all += await OfAsync(cluster, database, table);
        }

        return all;
    }

    public long Sum => Table + Indexes;

    public static ScaleDisk operator +(ScaleDisk one, ScaleDisk other) => new(one.Table + other.Table, one.Indexes + other.Indexes);

    public static ScaleDisk operator -(ScaleDisk one, ScaleDisk other) => new(one.Table - other.Table, one.Indexes - other.Indexes);
}
