using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace FederatedIdentity.Tests.Shared;

/// <summary>
/// Stands between a server and PostgreSQL: counts how often the server speaks and then waits for an answer, and is a network that
/// can be cut, fall silent, lose an answer or lead elsewhere.
/// </summary>
internal sealed class PostgresProxy : IAsyncDisposable
{
    private const byte Terminate = (byte)'X'; // PostgreSQL protocol: a good-bye that nobody answers.

    private readonly ConcurrentDictionary<Link, Task> _links = [];
    private IPEndPoint _target;
    private readonly IPEndPoint _address;
    private TcpListener _listener;
    private TaskCompletionSource _flowing = Flowing(true);
    private int _roundTrips;
    private int _lost;

    private PostgresProxy(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        _target = TargetOf(builder);
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        _address = (IPEndPoint)_listener.LocalEndpoint;
        (builder.Host, builder.Port) = ("127.0.0.1", _address.Port);
        ConnectionString = builder.ConnectionString;
        _ = AcceptAsync(_listener);
    }

    /// <summary>The way to the database through here.</summary>
    public string ConnectionString { get; }

    /// <summary>
    /// How often a connection spoke after PostgreSQL had spoken: what was sent at once counts once, however many packets it took.
    /// </summary>
    public int RoundTrips => Volatile.Read(ref _roundTrips);

    /// <summary>How long every answer takes at least.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>In front of the server that the connection string names, an IPv4 address.</summary>
    public static PostgresProxy Start(string connectionString) => new(connectionString);

    /// <summary>Every connection breaks and new ones are refused.</summary>
    public async Task CutAsync()
    {
        _listener.Stop();
        foreach (var link in _links.Keys)
        {
            link.Dispose();
        }

        await Task.WhenAll(_links.Values);
    }

    public void Restore()
    {
        _listener = new TcpListener(_address);
        _listener.Start();
        _ = AcceptAsync(_listener);
    }

    /// <summary>Connections stay open and nothing comes through any more, as behind a firewall that drops packets.</summary>
    public void FallSilent() => _flowing = Flowing(false);

    /// <summary>From now on new connections lead to another server; those that there are stay where they are.</summary>
    public void PointAt(string connectionString) => _target = TargetOf(new NpgsqlConnectionStringBuilder(connectionString));

    /// <summary>The next answer does not arrive: its connection breaks instead, after the server has done what it was asked.</summary>
    public void LoseAnswer() => Volatile.Write(ref _lost, 1);

    /// <summary>Whether the answer that was to be lost is still to come.</summary>
    public bool IsToLoseAnswer => Volatile.Read(ref _lost) == 1;

    public void SpeakAgain() => _flowing.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        SpeakAgain();
        await CutAsync();
    }

    private static IPEndPoint TargetOf(NpgsqlConnectionStringBuilder settings)
    {
        var parts = settings.Host!.Split(':');
        return new IPEndPoint(
            IPAddress.Parse(parts[0]), parts.Length == 2 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : settings.Port);
    }

    private static TaskCompletionSource Flowing(bool now)
    {
        var flowing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (now)
        {
            flowing.SetResult();
        }

        return flowing;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var link = new Link(await listener.AcceptSocketAsync());
                _links[link] = RelayAsync(link);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    private async Task RelayAsync(Link link)
    {
        await Task.Yield();
        using (link)
        {
            try
            {
                await link.Server.ConnectAsync(_target);
                await Task.WhenAny(
                    PumpAsync(link.Client, link.Server, Asks, isAnswer: false), PumpAsync(link.Server, link.Client, Answers, isAnswer: true));
            }
            catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
            {
                // One end is gone, so the other goes too.
            }
        }

        _links.TryRemove(link, out _);

        void Asks(ReadOnlySpan<byte> sent)
        {
            if (!link.Asking && sent[0] != Terminate)
            {
                link.Asking = true;
                Interlocked.Increment(ref _roundTrips);
            }
        }

        void Answers(ReadOnlySpan<byte> sent) => link.Asking = false;
    }

    private async Task PumpAsync(Socket from, Socket to, SpanAction noted, bool isAnswer)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var length)
            {
                noted(buffer.AsSpan(0, length));
                if (isAnswer && Interlocked.Exchange(ref _lost, 0) == 1)
                {
                    return;
                }

                if (isAnswer && Delay is { Ticks: > 0 } delay)
                {
                    await Task.Delay(delay);
                }

                await _flowing.Task;
                for (var sent = 0; sent < length;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, length - sent));
                }
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // One end is gone, so the other goes too.
        }
    }

    private delegate void SpanAction(ReadOnlySpan<byte> sent);

    private sealed class Link(Socket client) : IDisposable
    {
        public Socket Client => client;

        public Socket Server { get; } = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        // Noted before bytes are passed on, and either side speaks only after it was spoken to: no two threads meet here.
        public bool Asking { get; set; }

        public void Dispose()
        {
            client.Dispose();
            Server.Dispose();
        }
    }
}
