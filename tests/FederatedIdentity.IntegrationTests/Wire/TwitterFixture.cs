using System.Text;
using FederatedIdentity.Storage.Secrets;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>A deployment whose Twitter is the stub, with one app, the administrator's client and a user's.</summary>
public sealed class TwitterFixture : IAsyncLifetime
{
    public const string Key = "api.twitter.com";
    public const string ConsumerKey = "xvz1evFS4wEEPTGEFPHBog";
    public const string ConsumerSecret = "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw";

    private const string UserKeyId = "AKIAUSERUSERUSERUSER";
    private const string UserSecret = "secret+access/key-of-a-user";

    private ServerProcess? _server;

    public TestDatabase Database { get; private set; } = null!;

    public TwitterStub Stub { get; private set; } = null!;

    /// <summary>By which a pool names the app.</summary>
    public string App { get; private set; } = "";

    internal WireClient Root { get; private set; } = null!;

    /// <summary>Signs with a key of a user of the account, who is not its root.</summary>
    internal WireClient User { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        Stub = await TwitterStub.StartAsync();
        App = await Stub.AppAsync(ConsumerKey, ConsumerSecret);
        var settings = Settings();
        await TestServer.MigrateAsync(settings);
        _server = await ServerProcess.StartAsync(settings);
        Root = TestServer.Client(_server);
        await AddUserKeyAsync();
        User = new WireClient(_server.BaseAddress, UserKeyId, UserSecret);
    }

    public Dictionary<string, string?> Settings()
    {
        var port = ServerProcess.FreePort();
        var settings = TestServer.Settings(Database, port, $"http://127.0.0.1:{port}");
        settings["FederatedIdentity__Providers__Twitter__Endpoint"] = Stub.Endpoint;
        settings["FederatedIdentity__Outbound__AllowedPrivateHosts__0"] = new Uri(Stub.Endpoint).Authority;
        return settings;
    }

    /// <summary>A new pool of the app.</summary>
    public async Task<string> PoolAsync(string provider = Key) =>
        Answers.IsSuccess(await Root.CallAsync("CreateIdentityPool", PoolOf(App, provider)))["IdentityPoolId"];

    /// <summary>The settings of a pool with one login provider, for all three operations that take or name them.</summary>
    public static object PoolOf(string value, string provider = Key, string? id = null) => new
    {
        IdentityPoolId = id,
        IdentityPoolName = "twitter",
        AllowUnauthenticatedIdentities = false,
        SupportedLoginProviders = new Dictionary<string, string> { [provider] = value },
    };

    internal async Task<WireAnswer> GetIdAsync(string pool, string token, string provider = Key, WireClient? client = null) =>
        await (client ?? Root).CallAsync(
            "GetId", new { IdentityPoolId = pool, Logins = new Dictionary<string, string> { [provider] = token } });

    public async Task DisposeAsync()
    {
        Root?.Dispose();
        User?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await Stub.DisposeAsync();
        await Database.DisposeAsync();
    }

    private Task<object?> AddUserKeyAsync()
    {
        var wrapped = MasterKey.FromBase64(TestServer.MasterKey).Wrap(Encoding.UTF8.GetBytes(UserSecret), $"access_key:{UserKeyId}");
        return Database.ScalarAsync($$"""
            insert into iam_user (account_id, name, path, id, created_at)
            values ('000000000000', 'operator', '/', 'AIDAOPERATOROPERATORX', now());
            insert into iam_user_policy (account_id, user_name, name, document)
            values ('000000000000', 'operator', 'all-but-secrets',
                '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"cognito-identity:*","Resource":"*"},
                {"Effect":"Deny","Action":"cognito-identity:RevealLoginProviderSecrets","Resource":"*"}]}');
            insert into access_key (id, account_id, user_name, wrapped_secret, active, created_at)
            values ('{{UserKeyId}}', '000000000000', 'operator', decode('{{Convert.ToHexString(wrapped)}}', 'hex'), true, now())
            """);
    }
}
