using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Postgres.Chores;
using FederatedIdentity.Tests.Shared;
using Npgsql;
using Xunit.Abstractions;

namespace FederatedIdentity.IntegrationTests.Storage;

/// <summary>A migrated database with 200,000 identities in 2,000 pools, one of which has half of them.</summary>
public sealed class HotSqlFixture : IAsyncLifetime
{
    public PostgresFixture Postgres { get; } = new();

    public async Task InitializeAsync()
    {
        await Postgres.InitializeAsync();
        await Postgres.Db.RunAsync($$"""
            insert into identity_pool (id, account_id, name, allow_unauthenticated, supported_login_providers, cognito_identity_providers,
                open_id_connect_provider_arns, saml_provider_arns, version, created_at, modified_at, deleted_at)
            select 'pool-' || n, '{{PostgresFixture.AccountId}}', 'pool', true, '{}', '[]', array['arn-' || n],
                array['saml-' || n], 1, now(), now(), case when n % 100 = 7 then now() end
            from generate_series(1, 2000) n;

            insert into open_id_connect_provider (arn, account_id, url, thumbprints, created_at)
            select 'arn-' || n, '{{PostgresFixture.AccountId}}', 'https://' || n || '.example', '{}', now()
            from generate_series(1, 20000) n;

            insert into open_id_connect_provider_client (arn, client_id)
            select 'arn-' || n, 'client-' || m from generate_series(1, 20000) n cross join generate_series(1, 5) m;

            insert into saml_provider (arn, account_id, name, id, metadata, entity_id, signing_keys, version, created_at)
            select 'saml-' || n, '{{PostgresFixture.AccountId}}', n, gen_random_uuid(), repeat('metadata ', 1000),
                'https://' || n || '.example', array[''::bytea], 1, now()
            from generate_series(1, 20000) n;

            insert into iam_user (account_id, name, path, id, created_at)
            select '{{PostgresFixture.AccountId}}', 'user-' || n, '/', 'AIDA' || n, now() from generate_series(1, 5000) n;

            insert into access_key (id, account_id, user_name, wrapped_secret, active, created_at)
            select 'AKIA' || n, '{{PostgresFixture.AccountId}}', 'user-' || n, '', true, now() from generate_series(1, 5000) n;

            insert into iam_user_policy (account_id, user_name, name, document)
            select '{{PostgresFixture.AccountId}}', 'user-' || n, 'policy-' || m, '{}'
            from generate_series(1, 5000) n cross join generate_series(1, 3) m;

            insert into iam_role (account_id, name, path, id, trust_policy, max_session_duration, version, created_at)
            select '{{PostgresFixture.AccountId}}', 'role-' || n, '/', 'AROA' || n, '{}', 3600, 1, now() from generate_series(1, 5000) n;

            insert into iam_role_policy (account_id, role_name, name, document)
            select '{{PostgresFixture.AccountId}}', 'role-' || n, 'policy-' || m, '{}'
            from generate_series(1, 5000) n cross join generate_series(1, 3) m;

            insert into identity_pool_tag (pool_id, key, value)
            select 'pool-' || n, 'key-' || m, 'value' from generate_series(1, 2000) n cross join generate_series(1, 10) m;

            insert into identity_pool_tag (pool_id, key, value, since)
            select 'pool-' || n, 'federated-identity:guest-retention-days', '30', now() - interval '1 year' from generate_series(1, 20) n;

            insert into housekeeping values ('house', 'me', now() + interval '1 hour', now() - interval '1 year');
            insert into housekeeping select 'house-' || n, 'me', now(), now() from generate_series(1, 2000) n;

            insert into pool_change (pool_id) select 'pool-' || n from generate_series(1, 20000) n;

            insert into identity (id, pool_id, state, version, created_at, modified_at)
            select 'id-' || n, 'pool-' || case when n % 2 = 0 then 1 else 1 + n % 2000 end, 1, 1, now(), now()
            from generate_series(1, 200000) n;

            insert into login (pool_id, kind, provider, subject, identity_id, created_at)
            select pool_id, 0, case when id = 'id-3000' then 'graph.facebook.com' else 'accounts.google.com' end, 'user-' || id, id, now()
            from identity;

            insert into login (pool_id, kind, provider, subject, identity_id, created_at)
            select pool_id, 1, 'login.example', 'user-' || id, id, now() from identity where sequence % 3 = 0;

            analyze;
            """);
    }

    public Task DisposeAsync() => Postgres.DisposeAsync();
}

public sealed class HotSqlTests(HotSqlFixture fixture, ITestOutputHelper output) : IClassFixture<HotSqlFixture>
{
    private const string LoginTypes = "smallint[], text[], text[]";
    private const string Logins = "'{0,1}', '{accounts.google.com,login.example}', '{user-id-2,user-id-6}'";

    public static TheoryData<string, string, string, string> HotStatements => new()
    {
        { IdentityReads.OwnersSql, $"text[], {LoginTypes}", $"'{{pool-1,pool-1}}', {Logins}", "2" },
        {
            IdentityReads.OwnerSql, "text, smallint, text, text", "'pool-1', 0::smallint, 'accounts.google.com', 'user-id-2'", "1"
        },
        { IdentityReads.LoadOneSql, "text", "'id-6'", "2" },
        { IdentityReads.LoadSql, "text[]", "'{id-2,id-4,id-6}'", "4" },
        {
            NewIdentities.UsersSql, $"text[], text[], timestamptz[], text[], timestamptz[], text[], {LoginTypes}, bytea[]",
            "'{id-0}', '{pool-1}', '{now}', '{id-0,id-0}', '{now,now}', '{pool-1,pool-1}', "
            + "'{0,1}', '{accounts.google.com,login.example}', '{new,new}', '{null,null}'", "1"
        },
        { NewIdentities.GuestsSql, "text[], text[], timestamptz[]", "'{id-0,id-00}', '{pool-1,pool-1}', '{now,now}'", "2" },
        {
            NpgsqlIdentityStore.LinkSql, $"text, text[], integer[], text, timestamptz, {LoginTypes}, bytea[]",
            "'pool-1', '{id-2,id-3000}', '{1,1}', 'id-2', now(), '{1}', '{login.example}', '{new}', '{null}'", "1"
        },
        {
            NpgsqlIdentityStore.UnlinkSql, $"text, integer, smallint, timestamptz, {LoginTypes}",
            "'id-6', 1, 1, now(), '{1}', '{login.example}', '{user-id-6}'", "1"
        },
        { NpgsqlPoolCatalog.FindSql, "text", "'pool-1'", "2" },
        { NpgsqlAccessKeys.FindSql, "text", "'AKIA2'", "1" },
        { NpgsqlPrincipals.FindRoleSql, "text, text", $"'{PostgresFixture.AccountId}', 'role-7'", "1" },
        { NpgsqlPrincipals.FindUserSql, "text, text", $"'{PostgresFixture.AccountId}', 'user-7'", "1" },
        { NpgsqlPrincipals.FindPoolTagsSql, "text, text", $"'pool-1', '{PostgresFixture.AccountId}'", "11" },
        { NpgsqlPrincipals.FindOidcProviderSql, "text, text", "'arn-7', 'https://7.example'", "1" },
        { NpgsqlPrincipals.FindSamlProviderSql, "text, text", $"'{PostgresFixture.AccountId}', 'saml-7'", "1" },
        { NpgsqlIdentityStore.NoteUsesSql, "text[]", "'{id-2,id-4,gone}'", "2" },
        { PoolChangePoll.Sql, "text", "'3:3:'", "1001" },
        { DeletedPools.DeletedPoolsSql, "", "", "20" },
        { DeletedPools.IdentitiesSql, "text, bigint", "'pool-108', 0", "1" },
        { DeletedPools.PoolSql, "text", "'pool-7'", "" },
        { OldPoolChanges.PruneSql, "xid8", "'9000000000'", "" },
        { OldPoolChanges.ForeignSql, "", "", "" },
        { StaleGuests.PoolsSql, "", "", "19" },
        { StaleGuests.BatchSql, "text, bigint, text, text, text, interval", "'pool-1', 5000, 'house', 'me', '30', '31 days'", "1" },
        { HousekeepingLease.TakeSql, "text, text, interval", "'house', 'me', '1 minute'", "" },
        { HousekeepingLease.ReleaseSql, "text, text", "'house', 'me'", "" },
    };

    [Theory]
    [MemberData(nameof(HotStatements))]
    public async Task Custom_and_generic_plan_use_indexes_only(string sql, string types, string arguments, string rows)
    {
        foreach (var mode in new[] { "force_custom_plan", "force_generic_plan" })
        {
            await using var connection = new NpgsqlConnection(fixture.Postgres.ConnectionString + ";Pooling=false");
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await ReadAsync(connection, $"set local plan_cache_mode = {mode}");
            await ReadAsync(connection, $"prepare hot{Parenthesised(types)} as {sql}");

            var plan = await ReadAsync(connection, $"explain (analyze, buffers) execute hot{Parenthesised(arguments)}");

            output.WriteLine(plan);
            Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
            Assert.Contains(rows.Length == 0 ? "rows=0 loops=1" : $"rows={rows} loops=1", plan.Split('\n')[0], StringComparison.Ordinal);
            await transaction.RollbackAsync();
        }
    }

    private static string Parenthesised(string list) => list.Length == 0 ? "" : $"({list})";

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
}
