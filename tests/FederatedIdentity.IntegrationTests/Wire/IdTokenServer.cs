using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>A server whose Apple is a stand-in and whose user pools are an emulator's, for the tests of both.</summary>
public sealed class IdTokenServer : IAsyncLifetime
{
    public const string OperatorSecret = "the-operators-secret-of-user-pools";

    private TestDatabase? _database;
    private CognitoLocalPeer? _userPools;
    private RsaIssuer? _apple;
    private ServerProcess? _server;
    private WireClient? _client;

    public CognitoLocalPeer UserPools => _userPools!;

    internal RsaIssuer Apple => _apple!;

    public string Log => _server!.Log;

    internal WireClient Client => _client!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _userPools = await CognitoLocalPeer.StartAsync();
        _apple = await RsaIssuer.StartAsync("https://appleid.apple.com");
        var port = ServerProcess.FreePort();
        var settings = TestServer.Settings(_database, port, $"http://127.0.0.1:{port}");
        settings["Logging__LogLevel__Default"] = "Trace";
        settings["FederatedIdentity__Providers__Apple__Discovery"] = _apple.Discovery;
        settings["FederatedIdentity__Providers__UserPools__Endpoint"] = _userPools.Url + "/{userPoolId}";
        settings["FederatedIdentity__Providers__UserPools__AccessKeyId"] = "AKIDUSERPOOLS";
        settings["FederatedIdentity__Providers__UserPools__SecretAccessKey"] = OperatorSecret;
        settings["FederatedIdentity__Outbound__AllowedPrivateHosts__0"] = new Uri(_apple.Url).Authority;
        settings["FederatedIdentity__Outbound__AllowedPrivateHosts__1"] = new Uri(_userPools.Url).Authority;
        await TestServer.MigrateAsync(settings);
        _server = await ServerProcess.StartAsync(settings);
        _client = TestServer.Client(_server);
    }

    /// <summary>A new pool's id.</summary>
    public async Task<string> PoolAsync(object providers)
    {
        var input = JsonNode.Parse(JsonSerializer.Serialize(providers))!.AsObject();
        (input["IdentityPoolName"], input["AllowUnauthenticatedIdentities"]) = ("pool", false);
        var answer = await Client.CallAsync("CreateIdentityPool", input);
        Assert.True(answer.Ok, answer.Text);
        return answer["IdentityPoolId"];
    }

    public async Task SetRolesAsync(string pool, string provider, object mapping)
    {
        var answer = await Client.CallAsync("SetIdentityPoolRoles", new
        {
            IdentityPoolId = pool,
            Roles = new { authenticated = WireCalls.AnyRole },
            RoleMappings = new Dictionary<string, object> { [provider] = mapping },
        });
        Assert.True(answer.Ok, answer.Text);
    }

    public Task<WireAnswer> GetIdAsync(string pool, string key, string token) =>
        Client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = new Dictionary<string, string> { [key] = token } });

    public async Task<string> IdAsync(string pool, string key, string token)
    {
        var answer = await GetIdAsync(pool, key, token);
        Assert.True(answer.Ok, answer.Text);
        return answer["IdentityId"];
    }

    public Task<WireAnswer> GetTokenAsync(string identity, string key, string token) =>
        Client.CallAsync("GetOpenIdToken", new { IdentityId = identity, Logins = new Dictionary<string, string> { [key] = token } });

    public Task<WireAnswer> GetCredentialsAsync(string identity, string key, string token, string? role = null)
    {
        var input = new JsonObject { ["IdentityId"] = identity, ["Logins"] = new JsonObject { [key] = token } };
        if (role is not null)
        {
            input["CustomRoleArn"] = role;
        }

        return Client.CallAsync("GetCredentialsForIdentity", input);
    }

    public async Task DisposeAsync()
    {
        _client?.Dispose();
        foreach (var part in new IAsyncDisposable?[] { _server, _apple, _userPools, _database })
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }
    }
}

/// <summary>One such server for all that need it.</summary>
[CollectionDefinition(nameof(IdTokenServerTests))]
public sealed class IdTokenServerTests : ICollectionFixture<IdTokenServer>;
