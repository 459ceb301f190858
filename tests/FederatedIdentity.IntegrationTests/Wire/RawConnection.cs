using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>One answer as it stood on the wire; header names compare without case.</summary>
internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Text);

/// <summary>One plain TCP connection, for requests that no HTTP client would send. Nothing waits longer than half a minute.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpClient _tcp = new();
    private BufferedStream? _stream;

    private BufferedStream Stream => _stream ??= new BufferedStream(_tcp.GetStream());

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var connection = new RawConnection();
        await connection._tcp.ConnectAsync(address.Host, address.Port);
        return connection;
    }

    /// <summary>A whole POST / with a body of the given text.</summary>
    public static string Post(string operation, string body, string headers = "") =>
        $"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AWSCognitoIdentityService.{operation}\r\n"
        + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}";

    public async Task SendAsync(string text)
    {
        await Stream.WriteAsync(Encoding.UTF8.GetBytes(text));
        await Stream.FlushAsync();
    }

    /// <summary>Reads one answer, whose length its Content-Length tells.</summary>
    public async Task<RawAnswer> ReadAsync()
    {
        var status = int.Parse((await ReadLineAsync()).Split(' ')[1], CultureInfo.InvariantCulture);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await ReadLineAsync() is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add(line[..colon], line[(colon + 1)..].Trim());
        }

        var body = new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length, CultureInfo.InvariantCulture) : 0];
        await Stream.ReadExactlyAsync(body).AsTask().WaitAsync(Patience);
        return new RawAnswer(status, headers, Encoding.UTF8.GetString(body));
    }

    /// <summary>Waits for the server to close the connection; whatever it still sends is dropped.</summary>
    public async Task ClosedAsync()
    {
        try
        {
            while (await Stream.ReadAsync(new byte[4096]).AsTask().WaitAsync(Patience) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A reset closes as well as an end does.
        }
    }

    /// <summary>Ends the connection with a TCP reset, as port scanners and crashed clients do.</summary>
    public void Reset()
    {
        _tcp.LingerState = new LingerOption(enable: true, seconds: 0);
        _tcp.Client.Close();
    }

    public void Dispose() => _tcp.Dispose();

    private async Task<string> ReadLineAsync()
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (true)
        {
            await Stream.ReadExactlyAsync(one).AsTask().WaitAsync(Patience);
            if (one[0] == '\n')
            {
                return Encoding.Latin1.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(one[0]);
        }
    }
}
