using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Redis;

/// <summary>Two replicas that share a Redis, a stub of Amazon and an OpenID provider that counts who asks for its keys.</summary>
public sealed class SharingFixture : IAsyncLifetime
{
    public const string AmazonClient = "amzn1.application-oa2-client.188a56d827a7d6555a8b67a5d";

    private readonly List<ServerProcess> _servers = [];
    private readonly List<WireClient> _clients = [];
    private TestDatabase? _database;

    public VendorStub Amazon { get; private set; } = null!;

    internal RedisProcess Redis { get; private set; } = null!;

    internal RsaIssuer Issuer { get; private set; } = null!;

    internal WireClient One => _clients[0];

    internal WireClient Two => _clients[1];

    public string IssuerArn => $"arn:aws:iam::000000000000:oidc-provider/{Issuer.LoginKey}";

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        Amazon = await VendorStub.StartAsync("amazon-stub.mjs");
        Issuer = await RsaIssuer.StartAsync();
        Redis = await RedisProcess.StartAsync();
        await TestServer.MigrateAsync(Settings());
        _servers.AddRange(await Task.WhenAll(ServerProcess.StartAsync(Settings()), ServerProcess.StartAsync(Settings())));
        _clients.AddRange(_servers.Select(TestServer.Client));
    }

    public async Task<string> PoolAsync() => Answers.IsSuccess(await One.CallAsync("CreateIdentityPool", new
    {
        IdentityPoolName = "sharing",
        AllowUnauthenticatedIdentities = false,
        SupportedLoginProviders = new Dictionary<string, string> { ["www.amazon.com"] = AmazonClient },
        OpenIdConnectProviderARNs = new[] { IssuerArn },
    }))["IdentityPoolId"];

    public async Task DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        foreach (var part in _servers.Concat(new IAsyncDisposable?[] { Amazon, Issuer, Redis, _database }))
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }
    }

    private Dictionary<string, string?> Settings()
    {
        var port = ServerProcess.FreePort();
        var settings = TestServer.Settings(_database!, port, "http://127.0.0.1:9000");
        TestServer.Register(settings, Issuer.Issuer, "client-1");
        settings["ConnectionStrings__Redis"] = Redis.ConnectionString;
        settings["FederatedIdentity__Redis__CommandTimeout"] = "00:00:01"; // Questions are counted here, also on a slow machine.
        settings["FederatedIdentity__Providers__Amazon__Endpoint"] = Amazon.Url;
        settings["FederatedIdentity__Outbound__AllowedPrivateHosts__1"] = Amazon.Host;
        return settings;
    }
}
