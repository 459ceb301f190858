using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// Listens on the management port, and marks every connection that came in there: what may be asked follows from the mark, never from
/// what a request says about itself. Its connections have a bound of their own, so that a flood of clients does not shut probes out.
/// </summary>
internal sealed class ManagementListener(IOptions<ManagementOptions> options)
{
    internal const int MostConnections = 256;

    private readonly ManagementOptions _options = options.Value;
    private int _open;

    /// <summary>Whether a request came in through the management port.</summary>
    public static bool Received(HttpContext http) => http.Features.Get<Mark>() is not null;

    public bool Owns(ListenOptions listen) => _options.Port is { } port && listen.IPEndPoint?.Port == port;

    public void Listen(KestrelServerOptions kestrel)
    {
        if (_options.Port is { } port)
        {
            if (_options.Address is { Length: > 0 } address)
            {
                kestrel.Listen(IPAddress.Parse(address), port);
            }
            else
            {
                kestrel.ListenAnyIP(port);
            }
        }
    }

    public void Configure(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connection => ServeAsync(connection, next));
    }

    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        try
        {
            if (Interlocked.Increment(ref _open) > MostConnections)
            {
                connection.Abort(new ConnectionAbortedException("Too many connections."));
                return;
            }

            connection.Features.Set(Mark.Instance);
            await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private sealed class Mark
    {
        public static readonly Mark Instance = new();
    }
}
