using System.Text.Json;
using System.Text.Json.Nodes;

namespace FederatedIdentity.Tests.Shared;

/// <summary>
/// A whole deployment for a collection of tests: a database, two real OpenID providers, a third that is registered but never
/// answers, and one server that logs everything.
/// </summary>
public sealed class ServerFixture : IAsyncLifetime
{
    private TestDatabase? _database;
    private OidcPeer? _oidc;
    private OidcPeer? _otherOidc;
    private ServerProcess? _server;
    private WireClient? _client;
    private int _pools;

    public OidcPeer Oidc => _oidc!;

    public OidcPeer OtherOidc => _otherOidc!;

    /// <summary>The Logins key of the provider that does not answer.</summary>
    public string DeadKey { get; } = $"127.0.0.1:{ServerProcess.FreePort()}";

    public string DeadArn => $"arn:aws:iam::000000000000:oidc-provider/{DeadKey}";

    public ServerProcess Server => _server!;

    public TestDatabase Database => _database!;

    public string Issuer => Server.BaseAddress.GetLeftPart(UriPartial.Authority);

    internal WireClient Client => _client!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _oidc = await OidcPeer.StartAsync();
        _otherOidc = await OidcPeer.StartAsync();
        var port = ServerProcess.FreePort();
        var settings = TestServer.Settings(_database, port, $"http://127.0.0.1:{port}", _oidc);
        settings["Logging__LogLevel__Default"] = "Trace";
        Register(settings, 1, _otherOidc.Issuer);
        Register(settings, 2, $"http://{DeadKey}");
        settings["FederatedIdentity__Outbound__AllowedPrivateHosts__3"] = "127.0.0.1"; // Providers that tests register themselves.
        await TestServer.MigrateAsync(settings);
        _server = await ServerProcess.StartAsync(settings);
        _client = TestServer.Client(_server);
    }

    /// <summary>A new pool's id; what the settings leave out is filled in.</summary>
    public async Task<string> PoolAsync(object settings)
    {
        var input = JsonNode.Parse(JsonSerializer.Serialize(settings))!.AsObject();
        input["IdentityPoolName"] ??= $"pool {Interlocked.Increment(ref _pools)}";
        input["AllowUnauthenticatedIdentities"] ??= false;
        var answer = await Client.CallAsync("CreateIdentityPool", input);
        Assert.True(answer.Ok, answer.Text);
        return answer["IdentityPoolId"];
    }

    /// <summary>A pool that takes guests and users of the OpenID provider.</summary>
    public Task<string> OidcPoolAsync() =>
        PoolAsync(new { AllowUnauthenticatedIdentities = true, OpenIdConnectProviderARNs = new[] { Oidc.Arn } });

    /// <summary>A Logins map that proves a user of the OpenID provider.</summary>
    public async Task<Dictionary<string, string>> LoginAsync(string subject, string algorithm = "RS256") =>
        new() { [Oidc.LoginKey] = await Oidc.TokenAsync(subject, algorithm) };

    public async Task DisposeAsync()
    {
        _client?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        foreach (var peer in new[] { _oidc, _otherOidc }.OfType<OidcPeer>())
        {
            await peer.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    private static void Register(Dictionary<string, string?> settings, int number, string issuer)
    {
        settings[$"FederatedIdentity__OpenIdConnectProviders__{number}__Url"] = issuer;
        settings[$"FederatedIdentity__OpenIdConnectProviders__{number}__ClientIds__0"] = "client-RS256";
        settings[$"FederatedIdentity__Outbound__AllowedPrivateHosts__{number}"] = issuer["http://".Length..];
    }
}
