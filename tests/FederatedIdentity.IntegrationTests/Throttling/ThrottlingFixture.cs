using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Throttling;

/// <summary>
/// Servers of one database that differ in their limits alone. A limit of <see cref="Least"/> lets two requests through, and no third for
/// longer than any test takes.
/// </summary>
public sealed class ThrottlingFixture : IAsyncLifetime
{
    public const string Least = "0.01";

    private const string Limits = "FederatedIdentity__RateLimits__";

    private readonly List<ServerProcess> _servers = [];
    private TestDatabase? _database;
    private int _sources;

    /// <summary>Without limits, for what tests begin with.</summary>
    public ServerProcess Open => _servers[0];

    /// <summary>With the least limit for every operation, and no trust in any proxy.</summary>
    public ServerProcess Tight => _servers[1];

    /// <summary>
    /// Takes the test for a proxy; the least limit for each source, and for ListIdentities, and none for GetId.
    /// </summary>
    public ServerProcess Proxied => _servers[2];

    /// <summary>The least limit for each pool, and none for sources and GetId; one ListIdentityPools every two seconds.</summary>
    public ServerProcess Pooled => _servers[3];

    /// <summary>Takes the test for a proxy; the least limit for each identity, and none for sources and GetId.</summary>
    public ServerProcess Personal => _servers[4];

    public Dictionary<string, string?> Settings { get; private set; } = [];

    internal WireClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        Settings = TestServer.Settings(_database, ServerProcess.FreePort(), "http://127.0.0.1:8080");
        await TestServer.MigrateAsync(Settings);
        _servers.Add(await ServerProcess.StartAsync(Settings)); // The first one creates the keys.
        string[] budgets = [.. ApiModel.Published.Operations.Keys, "Iam", "Sts", "AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"];
        _servers.AddRange(await Task.WhenAll(
            StartAsync([.. budgets.Select(name => ($"Operations__{name}", Least))]),
            StartAsync(
                [("PerSource", Least), ("Operations__ListIdentities", Least), ("Operations__GetId", "0")],
                trusted: "127.0.0.1"),
            StartAsync([("PerPool", Least), ("PerSource", "0"), ("Operations__GetId", "0"), ("Operations__ListIdentityPools", "0.5")]),
            StartAsync([("PerIdentity", Least), ("PerSource", "0"), ("Operations__GetId", "0")], trusted: "127.0.0.1")));
        Client = TestServer.Client(Open);
    }

    public async Task DisposeAsync()
    {
        Client?.Dispose();
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    public async Task<string> PoolAsync() => (await OkAsync("CreateIdentityPool", new
    {
        IdentityPoolName = "throttled",
        AllowUnauthenticatedIdentities = true,
    }))["IdentityPoolId"];

    public async Task<string> GuestAsync(string pool) => (await OkAsync("GetId", new { IdentityPoolId = pool }))["IdentityId"];

    /// <summary>An address that no test has come from yet.</summary>
    public string NewSource() => Interlocked.Increment(ref _sources) is var number ? $"198.18.{number / 256}.{number % 256}" : "";

    /// <summary>An administrator, or somebody with another key, as the proxy's client at <paramref name="forwarded"/>.</summary>
    internal WireClient From(string forwarded, TestKey? key = null)
    {
        var (id, secret, _) = key ?? TestKey.Administrator;
        var client = new WireClient(Proxied.BaseAddress, id, secret);
        client.Http.DefaultRequestHeaders.TryAddWithoutValidation("X-Forwarded-For", forwarded);
        return client;
    }

    /// <summary>One call through the proxy.</summary>
    internal async Task<WireAnswer> FromAsync(string forwarded, string operation, object input, TestKey? key = null)
    {
        using var client = From(forwarded, key);
        return await client.CallAsync(operation, input);
    }

    private async Task<WireAnswer> OkAsync(string operation, object input)
    {
        var answer = await Client.CallAsync(operation, input);
        Assert.True(answer.Ok, answer.Text);
        return answer;
    }

    private Task<ServerProcess> StartAsync((string Name, string Value)[] limits, string? trusted = null)
    {
        var settings = new Dictionary<string, string?>(Settings)
        {
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{ServerProcess.FreePort()}",
            [$"{Limits}Enabled"] = null,
            ["FederatedIdentity__TrustedProxies__0"] = trusted,
        };
        foreach (var (name, value) in limits)
        {
            settings[$"{Limits}{name}"] = value;
        }

        return ServerProcess.StartAsync(settings);
    }
}
