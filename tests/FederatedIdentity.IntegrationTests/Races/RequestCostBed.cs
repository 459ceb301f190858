using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Races;

/// <summary>A server whose way to PostgreSQL is counted, a provider, and a pool that takes its users and guests.</summary>
public sealed class RequestCostBed : IAsyncLifetime
{
    private TestDatabase? _database;
    private TokenMint? _mint;
    private PostgresProxy? _proxy;
    private ServerProcess? _server;
    private WireClient? _client;

    internal TokenMint Mint => _mint!;

    internal PostgresProxy Proxy => _proxy!;

    internal ServerProcess Server => _server!;

    internal WireClient Client => _client!;

    public string Pool { get; private set; } = "";

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _mint = await TokenMint.StartAsync();
        _proxy = PostgresProxy.Start(_database.ConnectionString);
        var settings = TestServer.Settings(_database, ServerProcess.FreePort(), "http://127.0.0.1:8080");
        TestServer.Register(settings, _mint.Issuer, TokenMint.ClientId);
        await TestServer.MigrateAsync(settings);
        settings["ConnectionStrings__Postgres"] = _proxy.ConnectionString;
        _server = await ServerProcess.StartAsync(settings);
        _client = TestServer.Client(_server);
        Pool = (await OkAsync("CreateIdentityPool", new
        {
            IdentityPoolName = "cost", AllowUnauthenticatedIdentities = true, OpenIdConnectProviderARNs = new[] { _mint.Arn },
        }))["IdentityPoolId"];
    }

    public async Task DisposeAsync()
    {
        _client?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        if (_mint is not null)
        {
            await _mint.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    internal async Task<WireAnswer> OkAsync(string operation, object input)
    {
        var answer = await Client.CallAsync(operation, input);
        Assert.True(answer.Ok, answer.Text);
        return answer;
    }
}
