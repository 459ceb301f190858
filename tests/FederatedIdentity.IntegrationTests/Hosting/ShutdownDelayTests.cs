using System.Diagnostics;
using System.Net;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Hosting;

/// <summary>Between SIGTERM and the drain: not ready, and serving all the same.</summary>
[Collection(nameof(WireTests))]
public sealed class ShutdownDelayTests(ServerFixture server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_replica_that_is_told_to_stop_is_not_ready_at_once_and_serves_until_the_delay_is_over()
    {
        var delay = TimeSpan.FromSeconds(4);
        await using var replica = await StartAsync(delay);
        using var http = new HttpClient(new SocketsHttpHandler());
        var stopped = Stopwatch.StartNew();
        var exit = replica.StopAsync();
        await NotReadyAsync(http, replica);

        using (var fresh = await RawConnection.OpenAsync(replica.BaseAddress))
        {
            await fresh.SendAsync(RawConnection.Post("GetId", "{}"));
            var answer = await fresh.ReadAsync();
            Assert.Equal(("ValidationException:", "close"), (answer.Headers["x-amzn-ErrorType"], answer.Headers["Connection"]));
            await fresh.ClosedAsync();
        }

        Assert.Equal(0, await exit.WaitAsync(Patience));
        Assert.True(stopped.Elapsed >= delay, $"It was gone after {stopped.Elapsed}.");
    }

    [Fact]
    public async Task A_second_signal_ends_the_delay_and_not_the_drain()
    {
        await using var replica = await StartAsync(TimeSpan.FromMinutes(5));
        using var http = new HttpClient(new SocketsHttpHandler());
        using var begun = await RawConnection.OpenAsync(replica.BaseAddress);
        await begun.SendAsync(
            "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AWSCognitoIdentityService.GetId\r\nContent-Length: 2\r\n"
            + "Expect: 100-continue\r\n\r\n");
        Assert.Equal(100, (await begun.ReadAsync()).Status);
        var exit = replica.StopAsync();
        await NotReadyAsync(http, replica);
        await replica.LogWithAsync("Told to stop");

        await replica.SignalAsync("TERM");
        await begun.SendAsync("{}");

        Assert.Equal("ValidationException:", (await begun.ReadAsync()).Headers["x-amzn-ErrorType"]);
        Assert.Equal(0, await exit.WaitAsync(Patience));
    }

    [Fact]
    public async Task Calls_over_HTTP_2_go_on_through_the_delay()
    {
        await using var replica = await StartAsync(TimeSpan.FromMinutes(5));
        using var client = TestServer.Client(replica);
        await PostAsync(client);
        var exit = replica.StopAsync();
        await replica.LogWithAsync("Told to stop");
        for (var count = 0; count < 200; count++)
        {
            await PostAsync(client);
        }

        await replica.SignalAsync("TERM");

        Assert.Equal(0, await exit.WaitAsync(Patience));
    }

    private Task<ServerProcess> StartAsync(TimeSpan delay)
    {
        var port = ServerProcess.FreePort();
        var settings = TestServer.Settings(server.Database, port, $"http://127.0.0.1:{port}");
        settings["FederatedIdentity__Shutdown__Delay"] = $"{delay}";
        return ServerProcess.StartAsync(settings);
    }

    private static async Task PostAsync(WireClient client)
    {
        using var request = client.Request("GetId", "{}"u8.ToArray());
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        Answers.IsError("ValidationException", await client.SendAsync(request));
    }

    private static async Task NotReadyAsync(HttpClient http, ServerProcess replica)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            using var answer = await http.GetAsync(new Uri(replica.BaseAddress, "/health/ready"), deadline.Token);
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                return;
            }

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            await Task.Delay(20, deadline.Token);
        }
    }
}
