using System.Text.RegularExpressions;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Server.Operations;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Postgres.Chores;
using FederatedIdentity.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Storage;

/// <summary>The store on partitioned tables, and what keeps these together.</summary>
public sealed class PartitionedIdentityStoreTests(PartitionedPostgresFixture postgres)
    : NpgsqlIdentityStoreTests(postgres), IClassFixture<PartitionedPostgresFixture>
{
    private const int Executions = 6; // Then a session has decided whether it plans anew each time.

    private static readonly DateTimeOffset Now = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Owners_are_those_of_the_logins_after_everything_that_happens_to_logins()
    {
        var pool = await NewPoolAsync();
        var identities = new List<Identity>();
        for (var i = 0; i < 12; i++)
        {
            identities.Add(await CreatedAsync(pool, Developer($"a{i}"), Developer($"b{i}")));
        }

        Assert.True(await Store.TryLinkAsync(new LinkDecision.Link(identities[0], [Developer("new")], identities[1..9]), Now, default));
        Assert.True(await Store.TryUnlinkAsync(
            new UnlinkDecision.Remove(identities[9], [Developer("a9")], IdentityState.Authenticated), Now, default));
        await postgres.Db.RunAsync($"delete from identity where id = '{identities[10].Id.Value}'");

        Assert.Equal(22, await postgres.Db.ValueAsync<long>($"select count(*) from login where pool_id = '{pool.Value}'"));
        Assert.Equal(0, await postgres.Db.ValueAsync<long>("""
            select count(*) from login l full join login_owner o using (pool_id, kind, provider, subject, identity_id)
            where l.created_at is null or o.tableoid is null
            """));
        Assert.Equal(CreateOutcome.Created, await Store.TryCreateAsync(NewId(), pool, [Developer("a9"), Developer("a10")], Now, default));
        Assert.Equal(CreateOutcome.LoginTaken, await Store.TryCreateAsync(NewId(), pool, [Developer("a8")], Now, default));
    }

    [Fact]
    public async Task A_deleted_pool_is_removed_from_all_partitions()
    {
        var (doomed, other) = (await NewPoolAsync(), await NewPoolAsync());
        for (var i = 0; i < 40; i++)
        {
            await CreatedAsync(doomed, Developer($"{i}"));
        }

        var kept = await CreatedAsync(other, Developer("1"));
        await postgres.DeletePoolAsync(doomed, Now);

        await using var command = postgres.Db.CreateCommand(DeletedPools.IdentitiesSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = doomed.Value });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = 0 });
        await using (var reader = await command.ExecuteReaderAsync())
        {
            Assert.True(await reader.ReadAsync());
            Assert.Equal(40, reader.GetInt64(1));
        }

        foreach (var table in new[] { "identity", "login", "login_owner" })
        {
            Assert.Equal(0, await postgres.Db.ValueAsync<long>($"select count(*) from {table} where pool_id = '{doomed.Value}'"));
        }

        Assert.Equal(kept.Id, (await Store.OwnersAsync(other, [Developer("1")], default))[Developer("1")]);
    }

    [Theory]
    [InlineData("login_owner", "text, smallint, text, text", "'pool', 1, 'login.example', 'somebody'", IdentityReads.OwnerSql)]
    [InlineData("identity", "text", "'somebody'", IdentityReads.LoadOneSql)]
    public async Task The_hot_statements_are_planned_once_and_read_one_partition(string table, string types, string arguments, string sql)
    {
        await using var connection = await postgres.Db.OpenConnectionAsync();
        await ExecuteAsync(connection, $"prepare hot_{table} ({types}) as {sql}");
        for (var i = 0; i < Executions; i++)
        {
            await ExecuteAsync(connection, $"execute hot_{table} ({arguments})");
        }

        await using var explain = new NpgsqlCommand($"explain execute hot_{table} ({arguments})", connection);
        await using var reader = await explain.ExecuteReaderAsync();
        var plan = new List<string>();
        while (await reader.ReadAsync())
        {
            plan.Add(reader.GetString(0));
        }

        Assert.Contains(plan, line => line.Contains($"Subplans Removed: {PartitionedPostgresFixture.Count - 1}", StringComparison.Ordinal));
        Assert.Contains(plan, line => line.Contains("$1", StringComparison.Ordinal)); // Of a plan for one execution there would be its value.
        await reader.DisposeAsync();
        await ExecuteAsync(connection, $"deallocate hot_{table}");
    }

    [Theory]
    [InlineData(
        "login_owner", "(text[], smallint[], text[], text[])", "'{pool,pool}', '{1,1}', '{login.example,login.example}', '{a,b}'",
        IdentityReads.OwnersSql)]
    [InlineData("identity", "(text[])", "'{a,b}'", IdentityReads.LoadSql)]
    [InlineData("login", "(text[])", "'{a,b}'", IdentityReads.LoadSql)]
    public async Task Statements_of_several_read_one_partition_for_each(string table, string types, string arguments, string sql)
    {
        var plan = await PlanAsync("(analyze) ", types, arguments, sql);

        var scans = plan.Where(line => Regex.IsMatch(line, $" on {table}_p[0-9]")).ToList();
        Assert.InRange(scans.Count, PartitionedPostgresFixture.Count, int.MaxValue); // Some scans take two lines.
        var executed = scans.Count(line => !line.Contains("never executed", StringComparison.Ordinal));
        Assert.InRange(executed, 0, 2 * scans.Count / PartitionedPostgresFixture.Count);
    }

    [Fact]
    public async Task A_page_is_merged_from_all_partitions_and_no_pool_is_sorted_for_it()
    {
        var pool = await NewPoolAsync();
        await postgres.Db.RunAsync($"""
            insert into identity (id, pool_id, state, version, created_at, modified_at)
            select 'local-1:' || gen_random_uuid(), '{pool.Value}', 0, 1, now(), now() from generate_series(1, 20000);
            analyze identity;
            """);
        await using var tables = postgres.Tables();
        await using var page = ListIdentities.Page(tables, pool.Value, after: 0, hideDisabled: false, most: 61).CreateDbCommand();
        var names = new List<string>();
        var sql = Regex.Replace(page.CommandText, @"@\w+", name =>
        {
            names.Add(name.Value);
            return $"${names.Count}";
        });
        var arguments = string.Join(", ", names.Select(name => $"'{page.Parameters[name].Value}'"));

        var plan = await PlanAsync("", "", arguments, sql);

        Assert.Contains(plan, line => line.Contains("Merge Append", StringComparison.Ordinal));
        Assert.Equal(
            PartitionedPostgresFixture.Count, plan.Count(line => Regex.IsMatch(line, "Index Scan using identity_p[0-9]+_pool_id_sequence_idx")));
    }

    /// <summary>As a server has it executed: with one plan for all arguments.</summary>
    private async Task<List<string>> PlanAsync(string how, string types, string arguments, string sql)
    {
        await using var connection = await postgres.Db.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, "set local plan_cache_mode = force_generic_plan");
        await ExecuteAsync(connection, $"prepare planned{types} as {sql}");
        await using var explain = new NpgsqlCommand($"explain {how}execute planned ({arguments})", connection);
        var plan = new List<string>();
        await using (var reader = await explain.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                plan.Add(reader.GetString(0));
            }
        }

        await ExecuteAsync(connection, "deallocate planned");
        return plan;
    }

    private async Task<Identity> CreatedAsync(PoolId pool, params Login[] logins)
    {
        var id = NewId();
        Assert.Equal(CreateOutcome.Created, await Store.TryCreateAsync(id, pool, logins, Now, default));
        return Assert.Single(await Store.LoadAsync([id], default));
    }
}
