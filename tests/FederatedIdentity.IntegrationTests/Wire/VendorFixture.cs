using System.Text.RegularExpressions;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>A server that logs everything and asks stubs of Facebook and Amazon about their tokens.</summary>
public sealed partial class VendorFixture : IAsyncLifetime
{
    public const string FacebookApp = "7346241598935552";
    public const string FacebookSecret = "0123456789abcdef0123456789abcdef";

    /// <summary>An app whose secret the server does not know.</summary>
    public const string UnknownApp = "138483919580948";

    /// <summary>An app for which the server has a wrong secret.</summary>
    public const string MistakenApp = "254096312108743";

    public const string MistakenSecret = "feedfeedfeedfeedfeedfeedfeedfeed";
    public const string AmazonClient = "amzn1.application-oa2-client.188a56d827a7d6555a8b67a5d";
    public const string AmazonApplication = "amzn1.application.5286e3c9cac24d8188908b500f4a05a5";

    private TestDatabase? _database;
    private ServerProcess? _server;
    private WireClient? _client;
    private int _tokens;

    public VendorStub Facebook { get; private set; } = null!;

    public VendorStub Amazon { get; private set; } = null!;

    public ServerProcess Server => _server!;

    public TestDatabase Database => _database!;

    internal WireClient Client => _client!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        Facebook = await VendorStub.StartAsync("facebook-stub.mjs");
        Amazon = await VendorStub.StartAsync("amazon-stub.mjs");
        foreach (var app in new[] { FacebookApp, UnknownApp, MistakenApp })
        {
            await Facebook.ControlAsync("apps", new { id = app, secret = app == FacebookApp ? FacebookSecret : $"{app}-of-the-stub" });
        }

        var port = ServerProcess.FreePort();
        var settings = TestServer.Settings(_database, port, $"http://127.0.0.1:{port}");
        settings["Logging__LogLevel__Default"] = "Trace";
        settings["FederatedIdentity__Providers__Facebook__Endpoint"] = Facebook.Url;
        settings[$"FederatedIdentity__Providers__Facebook__AppSecrets__{FacebookApp}"] = FacebookSecret;
        settings[$"FederatedIdentity__Providers__Facebook__AppSecrets__{MistakenApp}"] = MistakenSecret;
        settings["FederatedIdentity__Providers__Amazon__Endpoint"] = Amazon.Url;
        settings["FederatedIdentity__Outbound__AllowedPrivateHosts__0"] = Facebook.Host;
        settings["FederatedIdentity__Outbound__AllowedPrivateHosts__1"] = Amazon.Host;
        await TestServer.MigrateAsync(settings);
        _server = await ServerProcess.StartAsync(settings);
        _client = TestServer.Client(_server);
    }

    public async Task<string> PoolAsync(string key, string app) => Answers.IsSuccess(await Client.CallAsync("CreateIdentityPool", new
    {
        IdentityPoolName = "vendors",
        AllowUnauthenticatedIdentities = true,
        SupportedLoginProviders = new Dictionary<string, string> { [key] = app },
    }))["IdentityPoolId"];

    /// <summary>A token that nobody else has, for a user.</summary>
    public async Task<string> FacebookTokenAsync(string user, string app = FacebookApp)
    {
        var token = NewToken("EAAB");
        await Facebook.ControlAsync("tokens", new { token, app, user });
        return token;
    }

    /// <summary>A token that nobody else has, for a user.</summary>
    public async Task<string> AmazonTokenAsync(string user, object? info = null, object? profile = null)
    {
        var token = NewToken("Atza|");
        await Amazon.ControlAsync("tokens", new { token, client = AmazonClient, app = AmazonApplication, user, info, profile });
        return token;
    }

    /// <summary>Long enough that it cannot be in a log by chance.</summary>
    public string NewToken(string prefix) => $"{prefix}token-of-the-tests-{Interlocked.Increment(ref _tokens)}-end";

    internal Task<WireAnswer> GetIdAsync(string pool, Dictionary<string, string> logins) =>
        Client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = logins });

    /// <summary>How many identities and logins a pool has.</summary>
    public async Task<(long Identities, long Logins)> StoredAsync(string pool) => (
        (long)(await Database.ScalarAsync($"select count(*) from identity where pool_id = '{pool}'"))!,
        (long)(await Database.ScalarAsync($"select count(*) from login where pool_id = '{pool}'"))!);

    /// <summary>
    /// All that the server logged until now, with the logger's JSON escapes undone: the line of one more request is waited for, because
    /// lines arrive later than answers.
    /// </summary>
    public async Task<string> LogAsync()
    {
        var last = await Client.CallAsync("ListIdentityPools", new { MaxResults = 1 });
        var log = await Server.LogWithAsync(last.Headers.GetValues("x-amzn-RequestId").Single());
        return Escape().Replace(log, code => $"{(char)Convert.ToUInt16(code.Groups[1].Value, 16)}");
    }

    public async Task AssertNotLoggedAsync(params string[] secrets)
    {
        var log = await LogAsync();
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, log, StringComparison.Ordinal));
    }

    public async Task DisposeAsync()
    {
        _client?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        foreach (var stub in new[] { Facebook, Amazon }.OfType<VendorStub>())
        {
            await stub.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    [GeneratedRegex(@"\\u([0-9A-Fa-f]{4})")]
    private static partial Regex Escape();
}

/// <summary>One server for all tests of vendors; they take turns, because a stub's faults and records are everybody's.</summary>
[CollectionDefinition(nameof(VendorTests))]
public sealed class VendorTests : ICollectionFixture<VendorFixture>;
