using System.Diagnostics;
using System.Globalization;
using System.Net;
using FederatedIdentity.Server.Hosting;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Telemetry;

/// <summary>
/// Makes the server span of each request, from closed sets alone: no path, query, header or address of a client gets into it. A
/// <c>traceparent</c> is continued for peers that were named; anybody else's is a link from a trace of our own, so that strangers choose
/// neither our trace ids nor how much is traced.
/// </summary>
internal sealed class RequestTracing(IOptions<TelemetryOptions> options)
{
    private const string Name = "request"; // Until there is a better one.
    private const int LongestTraceState = 512; // W3C Trace Context §3.3.1.5: what everybody has to carry.

    private readonly IPNetwork[] _trusted = [.. options.Value.TrustedParents.Select(text => ProxyOptions.Parse(text)!.Value)];

    public Task InvokeAsync(HttpContext http, RequestDelegate next) =>
        RouteOf(http) is { } route && !IsProbe(route) ? TraceAsync(http, route, next) : next(http);

    private async Task TraceAsync(HttpContext http, string route, RequestDelegate next)
    {
        using var span = Start(http);
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

    private Activity? Start(HttpContext http)
    {
        Activity.Current = null; // Whatever else there is, such as one of the web framework that took a stranger's parent.
        var given = GivenBy(http.Request.Headers);
        if (given is not { } context || IsTrusted(http.Connection.RemoteIpAddress))
        {
            return TraceSources.Server.StartActivity(Name, ActivityKind.Server, given ?? default);
        }

        var withoutState = new ActivityLink(new ActivityContext(context.TraceId, context.SpanId, context.TraceFlags));
        return TraceSources.Server.StartActivity(Name, ActivityKind.Server, default(ActivityContext), tags: null, [withoutState]);
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
        if (status >= StatusCodes.Status500InternalServerError)
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
}
