using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FederatedIdentity.Tests.Shared;

/// <summary>A loopback port where a test decides byte by byte what happens on every connection, and counts them.</summary>
internal sealed class RawHost : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<Socket, int, Task> _serve;

    // A connection that is kept waiting forever is referred to by nobody, and would be closed with the next garbage collection.
    private readonly ConcurrentBag<Socket> _open = [];
    private int _connections;

    private RawHost(Func<Socket, int, Task> serve) => _serve = serve;

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Without a slash at its end, so that it may be an issuer.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Serves every connection with its number, from 1, after reading what came first.</summary>
    public static RawHost Start(Func<Socket, int, Task> serve)
    {
        var host = new RawHost(serve);
        host._listener.Start();
        host.Url = $"http://127.0.0.1:{((IPEndPoint)host._listener.LocalEndpoint).Port}";
        _ = host.AcceptAsync();
        return host;
    }

    public static Task AnswerAsync(Socket socket, string answer) => socket.SendAsync(Encoding.ASCII.GetBytes(answer), SocketFlags.None);

    public static Task ResetAsync(Socket socket)
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        return Task.CompletedTask;
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync(), Interlocked.Increment(ref _connections));
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket, int number)
    {
        _open.Add(socket);
        using (socket)
        {
            try
            {
                await socket.ReceiveAsync(new byte[16 * 1024], SocketFlags.None);
                await _serve(socket, number);
            }
            catch (SocketException)
            {
                // The other side has hung up, as it may.
            }
        }
    }
}
