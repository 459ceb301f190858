using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FederatedIdentity.FaultTests;

/// <summary>One TCP connection of a client that means no good. Nothing waits longer than forty seconds.</summary>
internal sealed class Stranger : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public static async Task<Stranger> OpenAsync(Uri address)
    {
        var stranger = new Stranger();
        await stranger._socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(address.Host), address.Port));
        return stranger;
    }

    public static Task<Stranger[]> OpenAsync(Uri address, int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(_ => OpenAsync(address)));

    /// <summary>The head of a POST / that announces a body of so many bytes.</summary>
    public static string Head(int length) =>
        $"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AWSCognitoIdentityService.GetId\r\nContent-Length: {length}\r\n\r\n";

    /// <summary>A frame of HTTP/2 (RFC 9113 §4.1).</summary>
    public static byte[] Frame(byte type, byte flags, int stream, params byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8 | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.ASCII.GetBytes(text));

    public async Task SendAsync(byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await _socket.SendAsync(bytes.AsMemory(sent));
        }
    }

    /// <summary>False once the other side has hung up.</summary>
    public async Task<bool> TrySendAsync(byte[] bytes)
    {
        try
        {
            await SendAsync(bytes);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>What comes next, at most so many bytes; empty at the end.</summary>
    public async Task<string> ReceiveAsync(int most = 4096)
    {
        try
        {
            var buffer = new byte[most];
            return Encoding.Latin1.GetString(buffer, 0, await _socket.ReceiveAsync(buffer).WaitAsync(Patience));
        }
        catch (SocketException)
        {
            return ""; // A reset ends it as well.
        }
    }

    /// <summary>All that comes until the server hangs up.</summary>
    public async Task<string> ReceiveAllAsync()
    {
        var all = new StringBuilder();
        while (await ReceiveAsync() is { Length: > 0 } text)
        {
            all.Append(text);
        }

        return all.ToString();
    }

    public void Dispose() => _socket.Dispose();
}
