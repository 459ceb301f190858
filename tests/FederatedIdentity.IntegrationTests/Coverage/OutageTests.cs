using FederatedIdentity.Tests.Shared;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Coverage;

/// <summary>A server of its own, whose database the tests fill up and cut off.</summary>
public sealed class OutageFixture : IAsyncLifetime
{
    private ServerProcess? _server;
    private WireClient? _client;

    public TestDatabase Database { get; private set; } = null!;

    internal WireClient Client => _client!;

    public async Task InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        var port = ServerProcess.FreePort();
        var settings = TestServer.Settings(Database, port, $"http://127.0.0.1:{port}");
        await TestServer.MigrateAsync(settings);
        _server = await ServerProcess.StartAsync(settings);
        _client = TestServer.Client(_server);
    }

    public async Task DisposeAsync()
    {
        _client?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await Database.DisposeAsync();
    }
}

public sealed class OutageTests(OutageFixture fixture) : IClassFixture<OutageFixture>
{
    private const string Id = "us-east-1:00000000-0000-4000-8000-000000000000";

    /// <summary>Enough for every operation to get past the model's constraints.</summary>
    internal static readonly object Everything = new
    {
        IdentityPoolId = Id,
        IdentityId = Id,
        IdentityPoolName = "p",
        AllowUnauthenticatedIdentities = true,
        IdentityIdsToDelete = new[] { Id },
        MaxResults = 1,
        IdentityProviderName = "graph.facebook.com",
        ResourceArn = $"arn:aws:cognito-identity:us-east-1:000000000000:identitypool/{Id}",
        Tags = new { k = "v" },
        TagKeys = new[] { "k" },
        Roles = new { },
        Logins = new Dictionary<string, string> { ["login.mine"] = "user" },
        LoginsToRemove = new[] { "graph.facebook.com" },
        DeveloperProviderName = "login.mine",
        DeveloperUserIdentifier = "user",
        SourceUserIdentifier = "user",
        DestinationUserIdentifier = "user",
    };

    [Fact]
    public async Task Without_a_database_every_operation_answers_500_and_recovers_by_itself()
    {
        var name = await fixture.Database.ScalarAsync("select current_database()");
        await fixture.Database.OnServerAsync($"alter database {name} allow_connections false");
        try
        {
            await fixture.Database.OnServerAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
            foreach (var operation in ApiModel.Published.Operations.Keys)
            {
                var answer = await fixture.Client.CallAsync(operation, Everything);
                Assert.Equal(
                    (operation, 500, """{"__type":"InternalErrorException","message":"Internal error"}"""),
                    (operation, answer.Status, answer.Text));
            }
        }
        finally
        {
            await fixture.Database.OnServerAsync($"alter database {name} allow_connections true");
            NpgsqlConnection.ClearAllPools(); // Those of this process were cut off as well.
        }

        var recovered = await fixture.Client.CallAsync("DescribeIdentityPool", Everything);
        Assert.Equal("ResourceNotFoundException", recovered.Error);
    }

    [Fact]
    public async Task An_account_has_at_most_a_thousand_pools()
    {
        var missing = 999 - (long)(await fixture.Database.ScalarAsync("select count(*) from identity_pool where deleted_at is null"))!;
        await fixture.Database.ScalarAsync($$"""
            insert into identity_pool (id, account_id, name, allow_unauthenticated, supported_login_providers, cognito_identity_providers,
                open_id_connect_provider_arns, saml_provider_arns, version, created_at, modified_at)
            select 'us-east-1:' || n, '000000000000', 'p', true, '{}', '[]', '{}', '{}', 1, now(), now()
            from generate_series(1, {{missing}}) n
            """);
        var settings = new { IdentityPoolName = "p", AllowUnauthenticatedIdentities = true };

        var last = await fixture.Client.CallAsync("CreateIdentityPool", settings);
        var refused = await fixture.Client.CallAsync("CreateIdentityPool", settings);
        Assert.True(last.Ok, last.Text);
        Assert.Equal(("LimitExceededException", "Identity pool limit exceeded."), (refused.Error, refused.Message));

        await fixture.Client.CallAsync("DeleteIdentityPool", new { IdentityPoolId = last["IdentityPoolId"] });
        Assert.True((await fixture.Client.CallAsync("CreateIdentityPool", settings)).Ok);
    }
}
