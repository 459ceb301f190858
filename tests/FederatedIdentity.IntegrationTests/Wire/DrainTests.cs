using System.Net;
using System.Net.Sockets;
using System.Text;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>What SIGTERM does: everything that was begun is answered, nothing new is begun, the exit status is 0.</summary>
[Collection(nameof(WireTests))]
public sealed class DrainTests(ServerFixture server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Calls_in_flight_are_answered_before_the_server_ends()
    {
        var pool = await server.PoolAsync(new { AllowUnauthenticatedIdentities = true });
        var body = $$"""{"IdentityPoolId":"{{pool}}"}""";
        await using var replica = await StartAsync();
        using var client = TestServer.Client(replica);
        using var first = await BegunAsync(replica, body);
        using var second = await BegunAsync(replica, body);
        using var held = new HeldContent(body);
        using var request = client.Request("GetId", []);
        (request.Version, request.VersionPolicy, request.Content) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact, held);
        request.Headers.ExpectContinue = true;
        var third = client.SendAsync(request);
        await held.Begun.WaitAsync(Patience);

        var exit = replica.StopAsync();
        await RefusedAsync(replica.BaseAddress);
        held.Release();
        await first.SendAsync(body);
        await second.SendAsync(body);

        Answers.IsSuccess(await third.WaitAsync(Patience));
        Assert.Equal(200, (await first.ReadAsync()).Status);
        Assert.Equal(200, (await second.ReadAsync()).Status);
        Assert.Equal(0, await exit.WaitAsync(Patience));
    }

    [Fact]
    public async Task Connections_without_a_call_do_not_hold_up_the_end()
    {
        await using var replica = await StartAsync();
        using var client = TestServer.Client(replica);
        using var silent = await RawConnection.OpenAsync(replica.BaseAddress);
        using var idle = await RawConnection.OpenAsync(replica.BaseAddress);
        await idle.SendAsync(RawConnection.Post("GetId", "{}"));
        await idle.ReadAsync();
        using var half = await RawConnection.OpenAsync(replica.BaseAddress);
        await half.SendAsync("PRI * HTTP");
        using var request = client.Request("GetId", "{}"u8.ToArray());
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        await client.SendAsync(request);

        // Less than the time that a drain may take at most.
        Assert.Equal(0, await replica.StopAsync().WaitAsync(Patience));
        await silent.ClosedAsync();
        await half.ClosedAsync();
    }

    private Task<ServerProcess> StartAsync()
    {
        var port = ServerProcess.FreePort();
        return ServerProcess.StartAsync(TestServer.Settings(server.Database, port, $"http://127.0.0.1:{port}"));
    }

    /// <summary>A call of which the server has read the headers and now waits for the body, as its 100 says.</summary>
    private static async Task<RawConnection> BegunAsync(ServerProcess replica, string body)
    {
        var connection = await RawConnection.OpenAsync(replica.BaseAddress);
        await connection.SendAsync(
            $"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AWSCognitoIdentityService.GetId\r\nContent-Length: {body.Length}\r\n"
            + "Expect: 100-continue\r\n\r\n");
        Assert.Equal(100, (await connection.ReadAsync()).Status);
        return connection;
    }

    private static async Task RefusedAsync(Uri address)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(address.Host, address.Port, deadline.Token);
            }
            catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
            {
                return;
            }

            await Task.Delay(50, deadline.Token);
        }
    }

    /// <summary>A body that is sent when the test says so.</summary>
    private sealed class HeldContent(string text) : HttpContent
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public void Release() => _release.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            _begun.TrySetResult();
            await _release.Task;
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = Encoding.UTF8.GetByteCount(text);
            return true;
        }
    }
}
