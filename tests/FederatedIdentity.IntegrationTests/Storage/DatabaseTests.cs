using System.Diagnostics;
using FederatedIdentity.Storage;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Secrets;
using FederatedIdentity.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Storage;

public sealed class DatabaseTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string ThrowOutSql =
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";

    [Fact]
    public async Task Sessions_have_the_timeouts_that_are_documented()
    {
        Assert.Equal("4s", await ReadAsync(postgres.Database, "show statement_timeout"));
        Assert.Equal("3s", await ReadAsync(postgres.Database, "show lock_timeout"));
        Assert.Equal("10s", await ReadAsync(postgres.Database, "show idle_in_transaction_session_timeout"));
    }

    [Fact]
    public async Task Who_is_thrown_out_comes_back_without_an_error_on_either_way()
    {
        await using var services = Services(postgres.ConnectionString);
        var database = services.GetRequiredService<Database>();
        var tables = services.GetRequiredService<IDbContextFactory<ControlPlaneDb>>();
        for (var round = 0; round < 3; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ReadAsync(database, "select 'x' from pg_sleep(0.02)")));
            await postgres.Db.RunAsync(ThrowOutSql);
            Assert.Equal("x", await ReadAsync(database, "select 'x'"));

            await postgres.Db.RunAsync(ThrowOutSql);
            await using var db = await tables.CreateDbContextAsync();
            Assert.Empty(await db.IamUsers.ToListAsync());
        }
    }

    [Fact]
    public async Task When_all_connections_are_in_use_a_request_is_refused_soon_and_in_those_words_on_either_way()
    {
        await using var services = Services(postgres.ConnectionString + ";Maximum Pool Size=2;Timeout=1");
        var connections = services.GetRequiredService<NpgsqlDataSource>();
        await using var one = await connections.OpenConnectionAsync();
        await using var other = await connections.OpenConnectionAsync();

        var started = Stopwatch.GetTimestamp();
        await Assert.ThrowsAsync<DatabaseBusyException>(() => ReadAsync(services.GetRequiredService<Database>(), "select 'x'"));
        await using var db = await services.GetRequiredService<IDbContextFactory<ControlPlaneDb>>().CreateDbContextAsync();
        await Assert.ThrowsAsync<DatabaseBusyException>(() => db.IamUsers.ToListAsync());

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(1.8), TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task A_caller_that_leaves_takes_nothing_back()
    {
        await using var services = Services(postgres.ConnectionString + ";Maximum Pool Size=1");
        var database = services.GetRequiredService<Database>();
        await postgres.Db.RunAsync("create table if not exists left_behind (number int)");
        using var leave = new CancellationTokenSource();

        var write = database.WriteAsync(
            "with slept as (select pg_sleep(0.5)) insert into left_behind select 1 from slept",
            (command, stop) => command.ExecuteNonQueryAsync(stop),
            leave.Token);
        await postgres.Db.WaitForAsync(
            "exists (select from pg_stat_activity where query like '%into left_behind%' and pid <> pg_backend_pid())");
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        Assert.Equal("1", await ReadAsync(database, "select count(*)::text from left_behind")); // On the same connection, after it.
    }

    [Fact]
    public async Task Writers_leave_a_connection_to_readers_however_long_they_take()
    {
        await using var services = Services(postgres.ConnectionString + ";Maximum Pool Size=4");
        var database = services.GetRequiredService<Database>();

        var writes = Enumerable.Range(0, 4).Select(_ => database.WriteAsync(
            "select pg_sleep(3.5)::text", async (command, stop) => (string?)await command.ExecuteScalarAsync(stop), default)).ToArray();
        await postgres.Db.WaitForAsync("(select count(*) from pg_stat_activity where query like 'select pg_sleep(3.5)::text%') = 3");

        Assert.Equal("x", await ReadAsync(database, "select 'x'"));
        await Assert.ThrowsAsync<DatabaseBusyException>(() => Task.WhenAll(writes));
        Assert.Equal(3, writes.Count(write => write.IsCompletedSuccessfully));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(8, 7)]
    [InlineData(32, 28)]
    public void Writers_may_use_most_connections(int connections, int writers) =>
        Assert.Equal(writers, Database.ShareOfWrites(connections));

    private static ServiceProvider Services(string connectionString) => new ServiceCollection()
        .AddLogging()
        .AddStorage(connectionString)
        .AddSingleton(new MasterKey(new byte[MasterKey.Length]))
        .BuildServiceProvider();

    private static Task<string?> ReadAsync(Database database, string sql) =>
        database.ReadAsync(sql, async (command, stop) => (string?)await command.ExecuteScalarAsync(stop), default);
}
