using System.Net;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// Finds out from which address a request really comes. X-Forwarded-For counts only as far as trusted proxies wrote it: each of them
/// adds at the right whom it was called by, and what is left of the first stranger is that stranger's own invention.
/// </summary>
internal sealed partial class TrustedProxies(IOptions<ProxyOptions> options, ILogger<TrustedProxies> logger)
{
    public const string Header = "X-Forwarded-For";

    private readonly IPNetwork[] _networks = [.. options.Value.TrustedProxies.Select(text => ProxyOptions.Parse(text)!.Value)];

    private bool _hasWarned;

    public IPAddress? ClientOf(HttpContext http)
    {
        var forwarded = http.Request.Headers[Header];
        if (_networks is [] && forwarded.Count > 0 && !Interlocked.Exchange(ref _hasWarned, true))
        {
            Log.NobodyIsTrusted(logger, http.Connection.RemoteIpAddress);
        }

        return ClientOf(http.Connection.RemoteIpAddress, forwarded);
    }

    /// <summary>Null only for a caller without an address.</summary>
    public IPAddress? ClientOf(IPAddress? peer, StringValues forwarded)
    {
        if (peer is null)
        {
            return null;
        }

        var client = ForwardedAddress.Plain(peer);
        for (var line = forwarded.Count - 1; line >= 0; line--)
        {
            var left = forwarded[line].AsSpan();
            while (true)
            {
                var comma = left.LastIndexOf(',');
                if (!IsTrusted(client) || ForwardedAddress.Parse(left[(comma + 1)..]) is not { } before)
                {
                    return client;
                }

                client = before;
                if (comma < 0)
                {
                    break;
                }

                left = left[..comma];
            }
        }

        return client;
    }

    private bool IsTrusted(IPAddress address)
    {
        foreach (var network in _networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(40, LogLevel.Warning,
            "{Peer} sends X-Forwarded-For, which is ignored: if it is a proxy of yours, name it in FederatedIdentity:TrustedProxies, or "
            + "all its clients count as one source. This is said once.")]
        public static partial void NobodyIsTrusted(ILogger logger, object? peer);
    }
}
