using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Hosting;

/// <summary>A replica with a management port, an issuer with a path, and room for few clients.</summary>
public sealed class ManagedServer(ServerFixture deployment) : IAsyncLifetime
{
    public const int MostClients = 3;

    private ServerProcess? _server;

    public HttpClient Http { get; } = new(new SocketsHttpHandler());

    public Uri Clients => _server!.BaseAddress;

    public Uri Management { get; } = new($"http://127.0.0.1:{ServerProcess.FreePort()}");

    /// <summary>What it has written so far.</summary>
    public string Log => _server!.Log;

    public async Task InitializeAsync()
    {
        var port = ServerProcess.FreePort();
        var settings = TestServer.Settings(deployment.Database, port, $"http://127.0.0.1:{port}/tenant");
        settings["FederatedIdentity__Management__Port"] = $"{Management.Port}";
        settings["FederatedIdentity__Overload__Connections"] = $"{MostClients}";
        _server = await ServerProcess.StartAsync(settings);
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await _server!.DisposeAsync();
    }

    internal async Task<WireAnswer> CallAsync()
    {
        using var client = TestServer.Client(_server!);
        return await client.CallAsync("GetId", "{}");
    }

    /// <summary>The answer once there is one; connections of the test before may still be ending.</summary>
    internal async Task<string> GetAsync(Uri address)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                return await Http.GetStringAsync(address, deadline.Token);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50, deadline.Token);
            }
        }
    }
}
