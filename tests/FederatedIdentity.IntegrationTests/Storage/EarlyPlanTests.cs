using System.Globalization;
using System.Text.RegularExpressions;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Tests.Shared;
using Npgsql;
using Xunit.Abstractions;

namespace FederatedIdentity.IntegrationTests.Storage;

/// <summary>A server prepares its statements on an empty database and goes on with those plans until statistics are gathered.</summary>
public sealed partial class EarlyPlanTests(PostgresFixture postgres, ITestOutputHelper output) : IClassFixture<PostgresFixture>
{
    private const string LoginTypes = "smallint[], text[], text[]";

    // Three pages for each index lookup, and what it finds; a table read as a whole has thousands.
    private const int Few = 150;

    private static readonly (string Sql, string Types, string Arguments)[] Statements =
    [
        (IdentityReads.OwnersSql, $"text[], {LoginTypes}", "'{pool-9,pool-9}', '{0,1}', '{google,developer}', '{user-2,user-3}'"),
        (IdentityReads.OwnerSql, "text, smallint, text, text", "'pool-9', 0::smallint, 'google', 'user-2'"),
        (IdentityReads.LoadOneSql, "text", "'id-2'"),
        (IdentityReads.LoadSql, "text[]", "'{id-2,id-3}'"),
        (NewIdentities.UsersSql, $"text[], text[], timestamptz[], text[], timestamptz[], text[], {LoginTypes}, bytea[]",
            "'{id-0}', '{pool-9}', '{now}', '{id-0,id-0}', '{now,now}', '{pool-9,pool-9}', '{0,1}', '{google,developer}', '{new,new}', '{null,null}'"),
        (NewIdentities.GuestsSql, "text[], text[], timestamptz[]", "'{id-0}', '{pool-9}', '{now}'"),
        (NpgsqlIdentityStore.LinkSql, $"text, text[], integer[], text, timestamptz, {LoginTypes}, bytea[]",
            "'pool-9', '{id-2,id-3}', '{1,1}', 'id-2', now(), '{1}', '{developer}', '{new}', '{null}'"),
        (NpgsqlIdentityStore.NoteUsesSql, "text[]", "'{id-2,id-3}'"),
        (NpgsqlPoolCatalog.FindSql, "text", "'pool-9'"),
        (NpgsqlAccessKeys.FindSql, "text", "'AKIA9'"),
    ];

    [Fact]
    public async Task A_plan_made_on_an_empty_database_reads_few_pages_of_a_full_one()
    {
        await postgres.Db.RunAsync("""
            alter table identity set (autovacuum_enabled = false);
            alter table identity_pool set (autovacuum_enabled = false);
            alter table identity_pool_tag set (autovacuum_enabled = false);
            alter table login set (autovacuum_enabled = false);
            alter table access_key set (autovacuum_enabled = false);
            alter table saml_provider set (autovacuum_enabled = false);
            """);
        await using var connection = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await ReadAsync(connection, "set plan_cache_mode = force_generic_plan");
        for (var i = 0; i < Statements.Length; i++)
        {
            await ReadAsync(connection, $"prepare s{i}({Statements[i].Types}) as {Statements[i].Sql}");
            await ReadAsync(connection, $"explain execute s{i}({Statements[i].Arguments})");
        }

        await FillAsync();

        for (var i = 0; i < Statements.Length; i++)
        {
            await ReadAsync(connection, "begin");
            var plan = await ReadAsync(connection, $"explain (analyze, buffers) execute s{i}({Statements[i].Arguments})");
            await ReadAsync(connection, "rollback");
            output.WriteLine(plan);
            Assert.Contains("rows=", plan, StringComparison.Ordinal);
            var pages = TouchedPages().Match(plan).Groups.Values.Skip(1).Where(group => group.Success)
                .Sum(group => int.Parse(group.Value, CultureInfo.InvariantCulture));
            Assert.InRange(pages, 1, Few);
        }
    }

    [GeneratedRegex(@"Buffers: shared (?:hit=(\d+))?(?: ?read=(\d+))?")]
    private static partial Regex TouchedPages();

    private static async Task<string> ReadAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }

        return string.Join('\n', lines);
    }

    private Task FillAsync() => postgres.Db.RunAsync($$"""
        insert into identity_pool (id, account_id, name, allow_unauthenticated, supported_login_providers, cognito_identity_providers,
            open_id_connect_provider_arns, saml_provider_arns, version, created_at, modified_at)
        select 'pool-' || n, '{{PostgresFixture.AccountId}}', 'pool', true, '{}', '[]', '{}', array['saml-' || n], 1, now(), now()
        from generate_series(1, 10000) n;

        insert into identity_pool_tag (pool_id, key, value)
        select 'pool-' || n, 'key-' || m, 'value' from generate_series(1, 10000) n cross join generate_series(1, 10) m;

        insert into saml_provider (arn, account_id, name, id, metadata, entity_id, signing_keys, version, created_at)
        select 'saml-' || n, '{{PostgresFixture.AccountId}}', n, gen_random_uuid(), '', '', array[''::bytea], 1, now()
        from generate_series(1, 10000) n;

        insert into access_key (id, account_id, wrapped_secret, active, created_at)
        select 'AKIA' || n, '{{PostgresFixture.AccountId}}', '', true, now() from generate_series(1, 10000) n;

        insert into identity (id, pool_id, state, version, created_at, modified_at)
        select 'id-' || n, 'pool-9', 1, 1, now(), now() from generate_series(1, 50000) n;

        insert into login (pool_id, kind, provider, subject, identity_id, created_at)
        select 'pool-9', n % 2, case n % 2 when 0 then 'google' else 'developer' end, 'user-' || n, 'id-' || n, now()
        from generate_series(1, 50000) n;
        """);
}
