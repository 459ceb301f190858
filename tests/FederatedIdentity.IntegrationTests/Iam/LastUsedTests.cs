using FederatedIdentity.IntegrationTests.Storage;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Iam;

/// <summary>When access keys were last used: noted in memory, written now and then.</summary>
public sealed class LastUsedTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Sql = """
        select format('%s %s %s %s', id, last_used_at at time zone 'utc', last_used_service, last_used_region) from access_key order by id
        """;

    private readonly ManualClock _clock = new();

    [Fact]
    public async Task The_last_use_of_each_key_is_written_and_an_older_one_does_not_replace_it()
    {
        await postgres.Db.RunAsync($"""
            delete from access_key;
            insert into access_key (id, account_id, wrapped_secret, active, created_at)
            select 'AKIA' || n, '{PostgresFixture.AccountId}', '', true, now() from generate_series(1, 3) n
            """);
        using var uses = Uses(postgres.Db);
        using var replica = Uses(postgres.Db);
        replica.Note("AKIA2", "sts", "eu-west-1");
        _clock.Advance(TimeSpan.FromSeconds(1));
        uses.Note("AKIA1", "iam", "us-east-1");
        uses.Note("AKIA1", "sts", "us-east-1");
        uses.Note("AKIA2", "iam", "us-east-1");
        uses.Note("AKIA-deleted-meanwhile", "iam", "us-east-1");

        await uses.WriteAsync(default);
        await replica.WriteAsync(default);
        var stamp = _clock.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss");
        var lines = await postgres.Db.LinesAsync(Sql);
        Assert.Equal([$"AKIA1 {stamp} sts us-east-1", $"AKIA2 {stamp} iam us-east-1", "AKIA3   "], lines);

        await postgres.Db.RunAsync("update access_key set last_used_at = null");
        await uses.WriteAsync(default);
        Assert.Equal("AKIA1  sts us-east-1", (await postgres.Db.LinesAsync(Sql))[0]); // What was written once is forgotten.
    }

    [Fact]
    public async Task What_could_not_be_written_stays_for_the_next_time()
    {
        await postgres.Db.RunAsync($"""
            insert into access_key (id, account_id, wrapped_secret, active, created_at)
            values ('AKIAOUTAGE', '{PostgresFixture.AccountId}', '', true, now())
            """);
        using var uses = Uses(postgres.Db);
        uses.Note("AKIAOUTAGE", "iam", "us-east-1");
        await postgres.Db.RunAsync("alter table access_key rename to away");
        await Assert.ThrowsAsync<PostgresException>(() => uses.WriteAsync(default));
        await uses.StopAsync(default); // Neither ends the process.
        await postgres.Db.RunAsync("alter table away rename to access_key");

        await uses.StopAsync(default);

        var stamp = _clock.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss");
        Assert.Contains($"AKIAOUTAGE {stamp} iam us-east-1", await postgres.Db.LinesAsync(Sql));
    }

    [Fact]
    public async Task A_server_writes_what_it_knows_when_it_stops()
    {
        await using var database = await TestDatabase.CreateAsync();
        var port = ServerProcess.FreePort();
        var settings = TestServer.Settings(database, port, $"http://127.0.0.1:{port}");
        await TestServer.MigrateAsync(settings);
        await using (var server = await ServerProcess.StartAsync(settings))
        {
            using var pools = TestServer.Client(server);
            await pools.CallAsync("ListIdentityPools", new { MaxResults = 1 });
            using var stranger = new QueryClient(server.BaseAddress, TestServer.AccessKeyId, "wrong");
            await Assert.ThrowsAnyAsync<Exception>(() => stranger.CallAsync("ListRoles")); // A signature that fails is no use.
            Assert.Equal(0, await server.StopAsync());
        }

        Assert.Equal("cognito-identity", await database.ScalarAsync("select last_used_service from access_key"));
        await using var again = await ServerProcess.StartAsync(settings);
        using var iam = new QueryClient(again.BaseAddress, TestServer.AccessKeyId, TestServer.SecretAccessKey);
        var shown = await iam.OkAsync("GetAccessKeyLastUsed", ("AccessKeyId", TestServer.AccessKeyId));
        Assert.Equal(("cognito-identity", "us-east-1", null), (shown.Value("ServiceName"), shown.Value("Region"), shown.Value("UserName")));
        Assert.NotNull(shown.Value("LastUsedDate"));
    }

    private AccessKeyUses Uses(NpgsqlDataSource db) => new(db, _clock, NullLogger<AccessKeyUses>.Instance);
}
