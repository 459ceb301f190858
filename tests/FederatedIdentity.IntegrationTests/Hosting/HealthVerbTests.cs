using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Hosting;

/// <summary>What a container's health check learns from the health verb.</summary>
[Collection(nameof(WireTests))]
public sealed class HealthVerbTests(ServerFixture server)
{
    [Fact]
    public async Task A_ready_replica_is_found_at_its_own_address()
    {
        var settings = new Dictionary<string, string?> { ["ASPNETCORE_URLS"] = $"{server.Server.BaseAddress}" };

        Assert.Equal((0, ""), await ServerProcess.RunAsync(settings, "health"));
        Assert.Equal((0, ""), await ServerProcess.RunAsync(new Dictionary<string, string?>(), "health", "--url", $"{server.Server.BaseAddress}"));
        Assert.Equal((0, ""), await ServerProcess.RunAsync(new Dictionary<string, string?>(), "health", $"--url={server.Server.BaseAddress}health/live"));
    }

    [Fact]
    public async Task A_replica_that_waits_for_its_schema_is_not_ready()
    {
        await using var empty = await TestDatabase.CreateAsync();
        var settings = TestServer.Settings(empty, ServerProcess.FreePort(), "http://127.0.0.1:8080");
        await using var waiting = ServerProcess.Launch(settings);
        await waiting.LogWithAsync("run the migrate verb");

        var (status, log) = await ServerProcess.RunAsync(settings, "health");

        Assert.Equal(1, status);
        Assert.EndsWith("health/ready answered: HTTP/1.1 503 Service Unavailable", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_is_not_ready()
    {
        var settings = new Dictionary<string, string?> { ["FederatedIdentity__Management__Port"] = $"{ServerProcess.FreePort()}" };

        var (status, log) = await ServerProcess.RunAsync(settings, "health");

        Assert.Equal(1, status);
        Assert.Contains("cannot be reached", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replica_that_hangs_is_given_up_soon()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var started = Stopwatch.GetTimestamp();

        var (status, log) = await ServerProcess.RunAsync(new Dictionary<string, string?>(), "health", "--url", $"http://{silent.LocalEndpoint}");

        Assert.Equal(1, status);
        Assert.Contains("did not answer within", log, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Of_an_endless_answer_only_the_beginning_is_read()
    {
        using var endless = new TcpListener(IPAddress.Loopback, 0);
        endless.Start();
        using var ended = new CancellationTokenSource();
        var writing = WriteForEverAsync(endless, ended.Token);

        var (status, log) = await ServerProcess.RunAsync(
            new Dictionary<string, string?>(), "health", "--url", $"http://{endless.LocalEndpoint}");

        Assert.Equal(1, status);
        Assert.InRange(log.Length, 100, 200);
        await ended.CancelAsync();
        await writing;
    }

    [Theory]
    [InlineData("--url")]
    [InlineData("--url", "https://127.0.0.1")]
    [InlineData("--ulr=http://127.0.0.1")]
    [InlineData("now")]
    public async Task Anything_else_is_told_the_usage(params string[] arguments)
    {
        var (status, log) = await ServerProcess.RunAsync(new Dictionary<string, string?>(), ["health", .. arguments]);

        Assert.Equal(2, status);
        Assert.StartsWith("Usage: federated-identity health", log, StringComparison.Ordinal);
    }

    private static async Task WriteForEverAsync(TcpListener listener, CancellationToken ct)
    {
        try
        {
            using var client = await listener.AcceptSocketAsync(ct);
            var letters = new byte[4096];
            letters.AsSpan().Fill((byte)'x');
            while (true)
            {
                await client.SendAsync(letters, ct);
            }
        }
        catch (Exception end) when (end is SocketException or OperationCanceledException)
        {
            // The verb hung up, as it should.
        }
    }
}
