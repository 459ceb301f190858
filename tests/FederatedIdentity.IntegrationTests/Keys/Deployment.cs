using System.Text.Json.Nodes;
using FederatedIdentity.IntegrationTests.Sts;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Keys;

/// <summary>Replicas of one deployment that can be restarted with other settings, a pool with a guest, and a role that it may assume.</summary>
internal sealed class Deployment : IAsyncDisposable
{
    public const string Issuer = "http://127.0.0.1:8080";

    private readonly TestDatabase _database;
    private readonly Dictionary<string, string?> _settings;
    private readonly List<Replica> _replicas = [];

    private Deployment(TestDatabase database, Dictionary<string, string?> settings) => (_database, _settings) = (database, settings);

    public IReadOnlyList<Replica> Replicas => _replicas;

    public TestDatabase Database => _database;

    public string Pool { get; private set; } = "";

    public string Guest { get; private set; } = "";

    public string Role { get; private set; } = "";

    public static async Task<Deployment> StartAsync(int replicas, params (string Name, string? Value)[] settings)
    {
        var deployment = new Deployment(await TestDatabase.CreateAsync(), settings.ToDictionary(one => one.Name, one => one.Value));
        await TestServer.MigrateAsync(deployment.Settings());
        deployment._replicas.AddRange(await Task.WhenAll(Enumerable.Range(0, replicas).Select(_ => deployment.LaunchAsync())));
        await deployment.PrepareAsync();
        return deployment;
    }

    /// <summary>Settings of every replica that is started from now on, and of verbs.</summary>
    public void Set(string name, string? value) => _settings[name] = value;

    /// <summary>Stops a replica and starts it again with the settings of now.</summary>
    public async Task RestartAsync(int replica)
    {
        await _replicas[replica].DisposeAsync();
        _replicas[replica] = await LaunchAsync();
    }

    public async Task<string> TokenAsync(int replica)
    {
        var answer = await _replicas[replica].Api.CallAsync("GetOpenIdToken", new { IdentityId = Guest });
        Assert.True(answer.Ok, answer.Text);
        return answer["Token"];
    }

    /// <summary>Presents a token of ours to the STS of a replica.</summary>
    public Task<QueryAnswer> AssumeAsync(int replica, string token) => _replicas[replica].Sts.CallAsync(
        "AssumeRoleWithWebIdentity", null, ("RoleArn", Role), ("RoleSessionName", "session"), ("WebIdentityToken", token));

    /// <summary>The kids that a replica publishes.</summary>
    public async Task<string[]> PublishedAsync(int replica)
    {
        var set = await _replicas[replica].Api.Http.GetStringAsync(new Uri("/.well-known/jwks_uri", UriKind.Relative));
        return [.. JsonNode.Parse(set)!["keys"]!.AsArray().Select(key => $"{key!["kid"]}")];
    }

    public Task<(int Status, string Log)> VerbAsync(params string[] arguments) => ServerProcess.RunAsync(Settings(), arguments);

    /// <summary>The JSON lines of a verb that has to succeed.</summary>
    public async Task<JsonNode[]> LinesAsync(params string[] arguments)
    {
        var (status, output) = await VerbAsync(arguments);
        Assert.True(status == 0, output);
        return
        [
            .. output.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonNode.Parse(line)!),
        ];
    }

    public static string KidOf(string token) =>
        $"{JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.AsSpan(0, token.IndexOf('.', StringComparison.Ordinal))))!["kid"]}";

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }

        await _database.DisposeAsync();
    }

    private Dictionary<string, string?> Settings()
    {
        var settings = TestServer.Settings(_database, ServerProcess.FreePort(), Issuer);
        foreach (var (name, value) in _settings)
        {
            settings[name] = value;
        }

        return settings;
    }

    private async Task<Replica> LaunchAsync() => new(await ServerProcess.StartAsync(Settings()));

    private async Task PrepareAsync()
    {
        var (api, iam) = (_replicas[0].Api, _replicas[0].Iam);
        Pool = (await api.CallAsync("CreateIdentityPool", new { IdentityPoolName = "p", AllowUnauthenticatedIdentities = true }))["IdentityPoolId"];
        Guest = (await api.CallAsync("GetId", new { IdentityPoolId = Pool }))["IdentityId"];
        Role = await iam.RoleAsync(StsCalls.PoolTrust(Pool, "unauthenticated"), StsCalls.AllowAll);
    }
}

/// <summary>One replica and clients of it.</summary>
internal sealed class Replica(ServerProcess server) : IAsyncDisposable
{
    public ServerProcess Server => server;

    public WireClient Api { get; } = TestServer.Client(server);

    public StsClient Sts { get; } = new(server.BaseAddress);

    public QueryClient Iam { get; } = new(server.BaseAddress, TestServer.AccessKeyId, TestServer.SecretAccessKey);

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        Sts.Dispose();
        Iam.Dispose();
        await server.StopAsync();
        await server.DisposeAsync();
    }
}
