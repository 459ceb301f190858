using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Postgres.Chores;
using Npgsql;

namespace FederatedIdentity.Benchmarks.Scale;

/// <summary>How PostgreSQL carries out the hot statements on the large database. Nothing of it stays.</summary>
internal sealed class ScalePlans(ScaleCluster cluster, string database, ScaleShape shape)
{
    private const string ListSql = """
        select i.id, i.sequence, i.state, l.provider, l.subject
        from (select * from identity where pool_id = $1 and sequence > $2 order by sequence limit $3) i
        left join login l on l.identity_id = i.id order by i.sequence, i.id
        """;

    public async Task<Dictionary<string, string>> ExplainAsync()
    {
        var known = shape.Sample(1, leastLogins: 1).Single();
        var (pool, id, login) = (shape.PoolOf(known), ScaleShape.IdOf(known), shape.LoginOf(known, 0));
        var large = shape.LargestPool;
        var middle = await cluster.ValueAsync<long>(database, "select (min(sequence) + max(sequence)) / 2 from identity");
        (string Name, string Types, string Sql, string Arguments)[] statements =
        [
            ("owner of a login", "text, smallint, text, text", IdentityReads.OwnerSql, $"'{pool}', 0, '{login.Provider}', '{login.Subject}'"),
            ("an identity", "text", IdentityReads.LoadOneSql, $"'{id}'"),
            ("identities", "text[]", IdentityReads.LoadSql, $"'{{{id}}}'"),
            ("owners of logins", "text[], smallint[], text[], text[]", IdentityReads.OwnersSql,
                $"'{{{pool}}}', '{{0}}', '{{{login.Provider}}}', '{{{login.Subject}}}'"),
            ("new guest", "text[], text[], timestamptz[]", NewIdentities.GuestsSql, $"'{{us-east-1:nobody}}', '{{{large}}}', '{{now}}'"),
            ("new identity with a login",
                "text[], text[], timestamptz[], text[], timestamptz[], text[], smallint[], text[], text[], bytea[]", NewIdentities.UsersSql,
                $"'{{us-east-1:nobody}}', '{{{large}}}', '{{now}}', '{{us-east-1:nobody}}', '{{now}}', '{{{large}}}', '{{0}}', "
                + $"'{{{login.Provider}}}', '{{nobody}}', '{{null}}'"),
            ("page of a pool", "text, bigint, integer", ListSql, $"'{large}', {middle}, 61"),
            ("batch of a deleted pool", "text, bigint", DeletedPools.IdentitiesSql, $"'{large}', 0"),
        ];
        var plans = new Dictionary<string, string>();
        foreach (var (name, types, sql, arguments) in statements)
        {
            plans[name] = await ExplainAsync(types, sql, arguments);
        }

        return plans;
    }

    private async Task<string> ExplainAsync(string types, string sql, string arguments)
    {
        await using var connection = await cluster.ConnectAsync(database);
        await RunAsync(connection, "set plan_cache_mode = force_generic_plan; set jit = off"); // As the server's sessions have it.
        await RunAsync(connection, $"prepare hot ({types}) as {sql}");
        await RunAsync(connection, "begin");
        var plan = await RunAsync(connection, $"explain (analyze, buffers) execute hot ({arguments})");
        await RunAsync(connection, "rollback");
        return plan;
    }

    private static async Task<string> RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var rows = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await rows.ReadAsync())
        {
            lines.Add(rows.GetString(0));
        }

        return string.Join('\n', lines);
    }
}
