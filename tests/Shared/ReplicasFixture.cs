namespace FederatedIdentity.Tests.Shared;

/// <summary>Two servers over one database, and three real OpenID providers that both know.</summary>
public sealed class ReplicasFixture : IAsyncLifetime
{
    private const int Servers = 2;
    private const int Providers = 3;

    private readonly List<ServerProcess> _servers = [];
    private readonly List<WireClient> _clients = [];
    private readonly List<OidcPeer> _providers = [];
    private TestDatabase? _database;
    private int _pools;

    public TestDatabase Database => _database!;

    public string[] ProviderArns => [.. _providers.Select(provider => provider.Arn)];

    /// <summary>All that the servers wrote.</summary>
    public string Log => string.Join('\n', _servers.Select(server => server.Log));

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        for (var provider = 0; provider < Providers; provider++)
        {
            _providers.Add(await OidcPeer.StartAsync());
        }

        for (var server = 0; server < Servers; server++)
        {
            var settings = TestServer.Settings(_database, ServerProcess.FreePort(), "http://127.0.0.1:8080", [.. _providers]);
            if (server == 0)
            {
                await TestServer.MigrateAsync(settings);
            }

            _servers.Add(await ServerProcess.StartAsync(settings));
            _clients.Add(TestServer.Client(_servers[server]));
        }
    }

    /// <summary>Callers with even numbers meet one server, those with odd numbers the other.</summary>
    public Task<WireAnswer> CallAsync(int caller, string operation, object input) =>
        _clients[caller % Servers].CallAsync(operation, input);

    /// <summary>A new pool that takes guests and users of all providers; both servers know it.</summary>
    public async Task<string> PoolAsync()
    {
        var answer = await CallAsync(0, "CreateIdentityPool", new
        {
            IdentityPoolName = $"pool {Interlocked.Increment(ref _pools)}",
            AllowUnauthenticatedIdentities = true,
            OpenIdConnectProviderARNs = ProviderArns,
        });
        Assert.True(answer.Ok, answer.Text);
        return answer["IdentityPoolId"];
    }

    public async Task<string> IdentityAsync(string pool, Dictionary<string, string>? logins = null)
    {
        var answer = await CallAsync(0, "GetId", new { IdentityPoolId = pool, Logins = logins });
        Assert.True(answer.Ok, answer.Text);
        return answer["IdentityId"];
    }

    /// <summary>A Logins map that proves a user of each of the providers.</summary>
    public async Task<Dictionary<string, string>> LoginsAsync(params (int Provider, string User)[] users)
    {
        var logins = new Dictionary<string, string>();
        foreach (var (provider, user) in users)
        {
            logins[_providers[provider].LoginKey] = await _providers[provider].TokenAsync(user);
        }

        return logins;
    }

    public async Task DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        foreach (var provider in _providers)
        {
            await provider.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }
}
