using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace FederatedIdentity.IntegrationTests.Redis;

/// <summary>
/// A way to a server on which the connections of the past can fall silent for good, as when a firewall forgot them, while new ones
/// work.
/// </summary>
internal sealed class HalfOpenProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly int _target;
    private readonly Task _accepting;
    private volatile CancellationTokenSource _silence = new();
    private int _accepted;

    public HalfOpenProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Nothing comes through the connections of now any more.</summary>
    public void Silence() => Interlocked.Exchange(ref _silence, new()).Cancel();

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
                _sockets.Add(client);
                _sockets.Add(server);
                Interlocked.Increment(ref _accepted);
                await server.ConnectAsync(IPAddress.Loopback, _target);
                _ = PumpAsync(client, server, _silence.Token);
                _ = PumpAsync(server, client, _silence.Token);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, CancellationToken silence)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, silence) is > 0 and var length)
            {
                await to.SendAsync(buffer.AsMemory(0, length), silence);
            }

            to.Dispose();
        }
        catch (OperationCanceledException)
        {
            // The sockets stay open, and nobody reads from them.
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            to.Dispose();
        }
    }
}
