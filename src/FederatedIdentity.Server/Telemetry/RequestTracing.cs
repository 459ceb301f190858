using System.Diagnostics;
using System.Globalization;
using System.Net;
using FederatedIdentity.Server.Hosting;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Telemetry;

/// <summary>
/// Makes the server span of each request that is traced, from closed sets alone: no path, query, header or address of a client gets into
/// it. A <c>traceparent</c> is continued for peers that were named; anybody else's is a link from a trace of our own, so that strangers
/// choose neither our trace ids nor how much is traced. A request that is not traced has no activity, and pays for none.
/// </summary>
internal sealed class RequestTracing(IOptions<TelemetryOptions> options, TraceSampling sampling)
{
    private const string Name = "request"; // Until there is a better one.
    private const int LongestTraceState = 512; // W3C Trace Context §3.3.1.5: what everybody has to carry.

    private readonly IPNetwork[] _trusted = [.. options.Value.TrustedParents.Select(text => ProxyOptions.Parse(text)!.Value)];

    public Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (RouteOf(http) is not { } route || IsProbe(route))
        {
            return next(http);
        }

        Activity.Current = null; // Whatever else there is, such as one of the web framework that took a stranger's parent.
        return OriginOf(http) is { } origin ? TraceAsync(http, route, origin, next) : next(http);
    }

    private static async Task TraceAsync(HttpContext http, string route, Origin origin, RequestDelegate next)
    {
        using var span = TraceSources.Server.StartActivity(Name, ActivityKind.Server, origin.Parent, tags: null, origin.Links);
        if (span is not { IsAllDataRequested: true })
        {
            await next(http);
            return;
        }

        var method = MethodOf(http.Request.Method);
        span.DisplayName = $"{method} {route}";
        span.SetTag("http.request.method", method);
        span.SetTag("http.route", route);
        span.SetTag("url.scheme", http.Request.IsHttps ? "https" : "http");
        span.SetTag("network.protocol.version", HttpProtocol.IsHttp2(http.Request.Protocol) ? "2" : "1.1");
        try
        {
            await next(http);
            Finish(span, http.Response.StatusCode);
        }
        catch (Exception fault)
        {
            span.SetTag("error.type", fault.GetType().FullName);
            span.SetStatus(ActivityStatusCode.Error);
            throw;
        }
    }

    /// <summary>
    /// Null for a request that begins no trace: of those the sampler did not pick, only a trusted peer's go on, for the ids in the log.
    /// </summary>
    private Origin? OriginOf(HttpContext http)
    {
        var isTrusted = IsTrusted(http.Connection.RemoteIpAddress);
        if (isTrusted && GivenBy(http.Request.Headers) is { } parent)
        {
            return new Origin(parent, []);
        }

        if (sampling.Begin() is not { } own)
        {
            return null;
        }

        return new Origin(
            own, !isTrusted && GivenBy(http.Request.Headers) is { } given ? [new(new(given.TraceId, given.SpanId, given.TraceFlags))] : []);
    }

    private static ActivityContext? GivenBy(IHeaderDictionary headers)
    {
        var state = headers.TraceState is [{ Length: <= LongestTraceState } single] ? single : null;
        return headers.TraceParent is [{ } parent] && ActivityContext.TryParse(parent, state, isRemote: true, out var context)
            ? context
            : null;
    }

    private bool IsTrusted(IPAddress? peer)
    {
        if (_trusted is [] || peer is null)
        {
            return false;
        }

        var plain = ForwardedAddress.Plain(peer);
        return Array.Exists(_trusted, network => network.Contains(plain));
    }

    private static void Finish(Activity span, int status)
    {
        span.SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError && span.Status != ActivityStatusCode.Error) // A call has said more of it.
        {
            span.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture));
            span.SetStatus(ActivityStatusCode.Error);
        }
    }

    private static string? RouteOf(HttpContext http) => (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;

    private static bool IsProbe(string route) => route.StartsWith("/health", StringComparison.Ordinal) || route == "/metrics";

    private static string MethodOf(string method) =>
        HttpMethods.IsPost(method) ? HttpMethods.Post
        : HttpMethods.IsGet(method) ? HttpMethods.Get
        : HttpMethods.IsOptions(method) ? HttpMethods.Options
        : HttpMethods.IsHead(method) ? HttpMethods.Head
        : HttpMethods.IsPut(method) ? HttpMethods.Put
        : HttpMethods.IsDelete(method) ? HttpMethods.Delete
        : "_OTHER"; // Anybody can invent one.

    /// <summary>What the trace of a request goes on from, and what it mentions: a stranger's, without its state.</summary>
    private readonly record struct Origin(ActivityContext Parent, ActivityLink[] Links);
}
