using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace FederatedIdentity.Tests.Shared;

/// <summary>
/// A TCP proxy on loopback that misbehaves on request: late, silent, resetting or not there at all. It may also be led to another
/// target, as a virtual address is after a failover.
/// </summary>
internal sealed class ChaosProxy : IAsyncDisposable
{
    private const int ChunksUnderWay = 256;

    private readonly ConcurrentDictionary<Link, Task> _links = [];
    private readonly IPEndPoint _address;
    private TcpListener? _listener;
    private volatile IPEndPoint _target;
    private volatile TaskCompletionSource _flowing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _delay;
    private volatile bool _resets;

    private ChaosProxy(int targetPort)
    {
        _target = new IPEndPoint(IPAddress.Loopback, targetPort);
        _address = Listen(new IPEndPoint(IPAddress.Loopback, 0));
        _flowing.SetResult();
    }

    public int Port => _address.Port;

    /// <summary>In front of a loopback port, and well behaved.</summary>
    public static ChaosProxy Start(int targetPort) => new(targetPort);

    /// <summary>Forwards at once what is held back and what comes.</summary>
    public void Pass() => Behave(flows: true);

    /// <summary>Forwards every chunk late, each way.</summary>
    public void Delay(TimeSpan eachWay)
    {
        Behave(flows: true);
        Interlocked.Exchange(ref _delay, eachWay.Ticks);
    }

    /// <summary>Accepts and keeps connections and moves no byte.</summary>
    public void Stall() => Behave(flows: false);

    /// <summary>Resets every connection, open and new.</summary>
    public void Reset()
    {
        Behave(flows: true);
        _resets = true;
        Break();
    }

    /// <summary>Resets every connection, and nobody listens any more.</summary>
    public void Refuse()
    {
        Behave(flows: true);
        _listener!.Dispose();
        _listener = null;
        Break();
    }

    /// <summary>Breaks what is open; new connections go to another port.</summary>
    public void LeadTo(int targetPort)
    {
        _target = new IPEndPoint(IPAddress.Loopback, targetPort);
        Break();
    }

    public async ValueTask DisposeAsync()
    {
        Refuse();
        await Task.WhenAll(_links.Values);
    }

    private void Behave(bool flows)
    {
        Interlocked.Exchange(ref _delay, 0);
        _resets = false;
        if (_listener is null)
        {
            Listen(_address);
        }

        if (flows)
        {
            _flowing.TrySetResult();
        }
        else if (_flowing.Task.IsCompleted)
        {
            _flowing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private IPEndPoint Listen(IPEndPoint address)
    {
        _listener = new TcpListener(address);
        _listener.Start(backlog: 512);
        _ = AcceptAsync(_listener);
        return (IPEndPoint)_listener.LocalEndpoint;
    }

    private void Break()
    {
        foreach (var link in _links.Keys)
        {
            link.Reset();
        }
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var link = new Link(await listener.AcceptSocketAsync());
                if (_resets)
                {
                    link.Reset();
                    continue;
                }

                _links[link] = RelayAsync(link);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // Refusing.
        }
    }

    private async Task RelayAsync(Link link)
    {
        await Task.Yield();
        try
        {
            await _flowing.Task;
            await link.Server.ConnectAsync(_target);
            await Task.WhenAll(RelayAsync(link, link.Client, link.Server), RelayAsync(link, link.Server, link.Client));
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // Neither side is told more than that the other is gone.
        }

        link.Reset();
        _links.TryRemove(link, out _);
    }

    // Two loops, so that what comes late does not keep what follows from being read in time.
    private async Task RelayAsync(Link link, Socket from, Socket to)
    {
        var underWay = Channel.CreateBounded<Chunk>(ChunksUnderWay);
        var sending = SendAsync(underWay.Reader, to);
        try
        {
            var buffer = new byte[32 * 1024];
            while (await from.ReceiveAsync(buffer) is > 0 and var length)
            {
                await underWay.Writer.WriteAsync(new Chunk(buffer[..length], Stopwatch.GetTimestamp()));
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            link.Reset();
        }

        underWay.Writer.Complete();
        await sending;
    }

    private async Task SendAsync(ChannelReader<Chunk> underWay, Socket to)
    {
        try
        {
            await foreach (var chunk in underWay.ReadAllAsync())
            {
                var late = new TimeSpan(Interlocked.Read(ref _delay)) - Stopwatch.GetElapsedTime(chunk.Arrived);
                if (late > TimeSpan.Zero)
                {
                    await Task.Delay(late);
                }

                await _flowing.Task;
                for (var sent = 0; sent < chunk.Bytes.Length;)
                {
                    sent += await to.SendAsync(chunk.Bytes.AsMemory(sent));
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            await foreach (var _ in underWay.ReadAllAsync())
            {
                // Nobody is left to hear it, and the reading side must not wait for room.
            }
        }
    }

    private readonly record struct Chunk(byte[] Bytes, long Arrived);

    private sealed class Link(Socket client)
    {
        public Socket Client { get; } = Prompt(client);

        public Socket Server { get; } = Prompt(new Socket(SocketType.Stream, ProtocolType.Tcp));

        public void Reset()
        {
            Client.Close(timeout: 0);
            Server.Close(timeout: 0);
        }

        private static Socket Prompt(Socket socket)
        {
            socket.NoDelay = true;
            return socket;
        }
    }
}
