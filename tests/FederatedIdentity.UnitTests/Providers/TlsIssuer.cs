using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>
/// An issuer behind real TLS on a loopback port of its own, with whatever certificate a test gives it. Counts the connections whose
/// handshake came to an end, because that is where trust is decided.
/// </summary>
internal sealed class TlsIssuer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly SslStreamCertificateContext _certificate;
    private readonly string _keys;
    private readonly Task _accepting;
    private int _connections;
    private int _requests;

    private TlsIssuer(X509Certificate2 server, X509Certificate2[] sentAlong, string keys)
    {
        _certificate = SslStreamCertificateContext.Create(server, [.. sentAlong], offline: true);
        _keys = keys;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => $"https://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public int Connections => _connections;

    public int Requests => _requests;

    public static TlsIssuer Start(string keys, X509Certificate2 server, params X509Certificate2[] sentAlong) =>
        new(server, sentAlong, keys);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            await using var tls = new SslStream(client.GetStream());
            try
            {
                var options = new SslServerAuthenticationOptions { ServerCertificateContext = _certificate };
                await tls.AuthenticateAsServerAsync(options, _end.Token);
                Interlocked.Increment(ref _connections);
                await AnswerAsync(tls);
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException or AuthenticationException)
            {
                // The caller did not like what it saw, or the test is over.
            }
        }
    }

    private async Task AnswerAsync(SslStream tls)
    {
        using var reader = new StreamReader(tls, Encoding.ASCII, leaveOpen: true);
        while (await reader.ReadLineAsync(_end.Token) is { } request)
        {
            while (await reader.ReadLineAsync(_end.Token) is { Length: > 0 })
            {
            }

            Interlocked.Increment(ref _requests);
            var body = request.StartsWith("GET /keys ", StringComparison.Ordinal)
                ? _keys
                : $$"""{"issuer":"{{Url}}","jwks_uri":"{{Url}}/keys"}""";
            await tls.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}"), _end.Token);
        }
    }
}
