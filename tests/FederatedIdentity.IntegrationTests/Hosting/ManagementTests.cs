using System.Net.Sockets;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Hosting;

/// <summary>The management port: what it answers, what it does not, and that a flood of clients does not shut it.</summary>
[Collection(nameof(WireTests))]
public sealed class ManagementTests(ManagedServer server) : IClassFixture<ManagedServer>
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Probes_are_answered_on_both_ports(string path)
    {
        Assert.Equal("ok", await server.GetAsync(new Uri(server.Management, path)));
        Assert.Equal("ok", await server.GetAsync(new Uri(server.Clients, path)));
    }

    [Fact]
    public void To_listen_where_it_is_told_to_is_nothing_to_warn_about() =>
        Assert.DoesNotContain("Overriding address", server.Log, StringComparison.Ordinal);

    [Fact]
    public async Task The_port_is_open_on_IPv6_too()
    {
        var address = new UriBuilder(server.Management) { Host = Socket.OSSupportsIPv6 ? "[::1]" : "127.0.0.1", Path = "/health/live" }.Uri;

        Assert.Equal("ok", await server.GetAsync(address));
    }

    [Theory]
    [InlineData("GET /")]
    [InlineData("POST /")]
    [InlineData("GET /?Action=GetCallerIdentity&Version=2011-06-15")]
    [InlineData("OPTIONS /")]
    [InlineData("POST /health/live")]
    [InlineData("GET /health/live/")]
    [InlineData("GET /health")]
    [InlineData("GET /HEALTH/LIVE")]
    [InlineData("GET /tenant/health/live")]
    [InlineData("GET /.well-known/openid-configuration")]
    [InlineData("GET /.well-known/jwks_uri")]
    [InlineData("GET /metrics/x")]
    [InlineData("GET //metrics")]
    public async Task Nothing_else_is_on_the_management_port(string request)
    {
        using var connection = await RawConnection.OpenAsync(server.Management);

        await connection.SendAsync(
            $"{request} HTTP/1.1\r\nHost: {server.Clients.Authority}\r\nX-Amz-Target: AWSCognitoIdentityService.GetId\r\n"
            + "Content-Length: 2\r\n\r\n{}");

        Assert.Equal((404, ""), ((await connection.ReadAsync()) is var answer ? answer.Status : 0, answer.Text));
    }

    [Fact]
    public async Task A_host_header_does_not_make_the_port_of_clients_the_management_port()
    {
        using var connection = await RawConnection.OpenAsync(server.Clients);

        foreach (var target in new[] { "/metrics", $"http://{server.Management.Authority}/metrics", "/tenant/metrics" })
        {
            await connection.SendAsync($"GET {target} HTTP/1.1\r\nHost: {server.Management.Authority}\r\n\r\n");
            var answer = await connection.ReadAsync();

            // An absolute target has to agree with the Host header, or Kestrel refuses it.
            Assert.Equal(404, answer.Status);
            Assert.Equal(Answers.Json, answer.Headers["Content-Type"]);
        }
    }

    [Fact]
    public async Task It_cannot_be_the_port_of_clients()
    {
        var port = ServerProcess.FreePort();
        var settings = TestServer.Settings("Host=127.0.0.1;Port=1", port, $"http://127.0.0.1:{port}");
        settings["FederatedIdentity__Management__Port"] = $"{port}";

        var (status, log) = await ServerProcess.RunAsync(settings);

        Assert.NotEqual(0, status);
        Assert.Contains("FederatedIdentity:Management:Port must be another port", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_HTTP_1_is_spoken_there()
    {
        using var connection = await RawConnection.OpenAsync(server.Management);

        await connection.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

        await connection.ClosedAsync();
    }

    [Fact]
    public async Task Probes_are_answered_while_no_client_gets_a_connection()
    {
        var clients = new List<RawConnection>();
        try
        {
            for (var count = 0; count < ManagedServer.MostClients; count++)
            {
                clients.Add(await RawConnection.OpenAsync(server.Clients));
                await clients[^1].SendAsync(RawConnection.Post("GetId", "{}"));
                await clients[^1].ReadAsync();
            }

            using var refused = await RawConnection.OpenAsync(server.Clients);
            await refused.ClosedAsync();

            Assert.Equal("ok", await server.GetAsync(new Uri(server.Management, "/health/ready")));
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task Its_own_connections_are_bounded_and_do_not_count_as_clients()
    {
        var open = new List<TcpClient>();
        try
        {
            Assert.True(await UntilOneIsClosedAsync(server.Management, open, 300));
            Answers.IsError("ValidationException", await server.CallAsync());
        }
        finally
        {
            open.ForEach(tcp => tcp.Dispose());
        }

        Assert.Equal("ok", await server.GetAsync(new Uri(server.Management, "/health/live")));
    }

    /// <summary>Whether the last of so many connections is hung up on, be it while it is made.</summary>
    private static async Task<bool> UntilOneIsClosedAsync(Uri address, List<TcpClient> open, int count)
    {
        try
        {
            while (open.Count < count)
            {
                open.Add(new TcpClient());
                await open[^1].ConnectAsync(address.Host, address.Port);
            }

            return await open[^1].GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(TimeSpan.FromSeconds(30)) == 0;
        }
        catch (Exception closed) when (closed is IOException or SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return true;
        }
    }
}
