using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FederatedIdentity.Server.Overload;

/// <summary>What one connection may cost, in bytes and in time. Kestrel's own defaults are written out where the documents promise them.</summary>
internal static class KestrelLimits
{
    // Bodies are taken in as they come, so more than this never has to lie in a socket's buffer.
    private const int Buffered = 64 * 1024;

    // About a modem. With the grace, whoever is slower for five seconds is cut off.
    private static readonly MinDataRate _slowest = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    public static void Apply(KestrelServerLimits limits)
    {
        limits.MaxRequestLineSize = 8 * 1024;
        limits.MaxRequestHeadersTotalSize = 32 * 1024;
        limits.MaxRequestHeaderCount = 100;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.MaxRequestBodySize = RequestBody.Drained;
        limits.MaxRequestBufferSize = Buffered;
        limits.MaxResponseBufferSize = Buffered;
        limits.MinRequestBodyDataRate = _slowest;
        limits.MinResponseDataRate = _slowest;
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(130); // Longer than the usual load balancer's 60 to 120 s.
        Apply(limits.Http2);
    }

    private static void Apply(Http2Limits http2)
    {
        http2.MaxStreamsPerConnection = 100;
        http2.MaxFrameSize = 16 * 1024;
        http2.MaxRequestHeaderFieldSize = 32 * 1024;
        http2.HeaderTableSize = 4096;
        http2.InitialConnectionWindowSize = 4 * Buffered;
        http2.InitialStreamWindowSize = 2 * Buffered;
        http2.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
        http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20); // A peer that is gone without a word would stay until its TCP gives up.
    }
}
