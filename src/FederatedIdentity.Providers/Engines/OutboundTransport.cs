using System.Net;
using System.Net.Sockets;

namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// Makes the connections of <see cref="OutboundHttp"/>: no redirects, cookies or decompression, and only to addresses that may be called.
/// </summary>
internal static class OutboundTransport
{
    /// <summary>
    /// As many as there may be calls, so that no call waits for a connection: time in a queue of our own making would look like a
    /// provider that does not answer.
    /// </summary>
    private const int MaxConnectionsPerHost = HostGate.MaxCalls;

    /// <summary><paramref name="thumbprints"/> are authorities that the servers may have beside the usual ones.</summary>
    public static SocketsHttpHandler Create(OutboundOptions options, Thumbprints thumbprints)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(3),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            MaxConnectionsPerServer = MaxConnectionsPerHost,
            MaxResponseHeadersLength = 32,
            MaxResponseDrainSize = 0, // What we refused to read is not read to save a connection either.
            ConnectTimeout = TimeSpan.FromSeconds(3),
            SslOptions = ServerCertificates.Options(thumbprints),
            ActivityHeadersPropagator = null, // Our trace ids are no provider's business.
        };
        if (options.Proxy is { } proxy)
        {
            UseProxy(handler, new Uri(proxy));
        }
        else
        {
            handler.ConnectCallback = (context, ct) => ConnectAsync(options, context.DnsEndPoint, ct);
        }

        return handler;
    }

    /// <summary>Every connection leads to the proxy, which resolves the names and so has to guard the addresses too.</summary>
    private static void UseProxy(SocketsHttpHandler handler, Uri address)
    {
        var login = Uri.UnescapeDataString(address.UserInfo).Split(':', 2);
        handler.UseProxy = true;
        handler.Proxy = new WebProxy(address)
        {
            Credentials = login is [var user, var password] ? new NetworkCredential(user, password) : null,
        };
    }

    /// <summary>Connects to the very addresses that were checked: a name that changes between check and use gains nothing.</summary>
    private static async ValueTask<Stream> ConnectAsync(OutboundOptions options, DnsEndPoint host, CancellationToken ct)
    {
        var addresses = await Dns.GetHostAddressesAsync(host.Host, ct);
        if (!options.Allows(host.Host, host.Port))
        {
            addresses = Array.FindAll(addresses, PublicAddress.IsPublic);
        }

        if (addresses.Length == 0)
        {
            throw new HttpRequestException("resolves to no public address");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, host.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
