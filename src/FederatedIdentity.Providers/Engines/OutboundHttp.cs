using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// The only way out: https to public addresses, without redirects, cookies or decompression, within a deadline and a size.
/// Whatever the other side does becomes a <see cref="FetchResult"/>; only the caller's own cancellation is thrown.
/// </summary>
internal sealed class OutboundHttp : IDisposable
{
    private readonly OutboundOptions _options;
    private readonly ProviderMetrics _metrics;
    private readonly HttpMessageInvoker _http;

    public OutboundHttp(IOptions<OutboundOptions> options, ProviderMetrics metrics)
    {
        _options = options.Value;
        _metrics = metrics;
        _http = new HttpMessageInvoker(NewHandler(), disposeHandler: true);
    }

    /// <summary>From the first name lookup to the last byte, so that neither a silent nor a dripping peer holds us longer.</summary>
    internal TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(5);

    public async Task<FetchResult> SendAsync(OutboundRequest call, CancellationToken ct)
    {
        var url = call.Url;
        if (Refusal(url) is { } refusal)
        {
            return new FetchResult.Failed(refusal);
        }

        var started = Stopwatch.GetTimestamp();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Deadline);
        FetchResult result;
        try
        {
            result = await AttemptAsync(call, deadline.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            result = new FetchResult.Failed($"{url.Authority}: no complete answer in time");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            result = new FetchResult.Failed($"{url.Authority}: {(fault.InnerException ?? fault).Message}");
        }

        _metrics.Fetched(call.Kind, Stopwatch.GetElapsedTime(started), result is FetchResult.Ok);
        return result;
    }

    public void Dispose() => _http.Dispose();

    private string? Refusal(Uri url)
    {
        if (!url.IsAbsoluteUri || url.Scheme is not ("https" or "http") || url.UserInfo.Length > 0)
        {
            return "not an absolute https URL without user name";
        }

        if (_options.Allows(url.Host, url.Port))
        {
            return null;
        }

        if (url.Scheme != Uri.UriSchemeHttps)
        {
            return $"{url.Authority}: plain http is not allowed";
        }

        return url.HostNameType == UriHostNameType.Dns ? null : $"{url.Authority}: IP literals are not allowed";
    }

    private async Task<FetchResult> AttemptAsync(OutboundRequest call, CancellationToken ct)
    {
        var (url, maxBytes) = (call.Url, call.MaxBytes);
        using var request = NewRequest(call);
        using var response = await _http.SendAsync(request, ct);

        // Nothing was offered in Accept-Encoding; unpacking it anyway would open the door to compression bombs.
        if (response.Content.Headers.ContentEncoding.Count > 0)
        {
            return new FetchResult.Failed($"{url.Authority}: compressed answer");
        }

        if (response.Content.Headers.ContentLength > maxBytes)
        {
            return new FetchResult.Failed($"{url.Authority}: answer is over {maxBytes} bytes");
        }

        using var body = new MemoryStream();
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        var chunk = new byte[16 * 1024];
        for (var read = await stream.ReadAsync(chunk, ct); read > 0; read = await stream.ReadAsync(chunk, ct))
        {
            if (body.Length + read > maxBytes)
            {
                return new FetchResult.Failed($"{url.Authority}: answer is over {maxBytes} bytes");
            }

            body.Write(chunk, 0, read);
        }

        var caching = response.Headers.CacheControl;
        var maxAge = caching is { NoStore: true } or { NoCache: true } ? TimeSpan.Zero : caching?.MaxAge;
        return new FetchResult.Ok(response.StatusCode, body.ToArray(), maxAge, response.Headers.Age ?? TimeSpan.Zero);
    }

    private static HttpRequestMessage NewRequest(OutboundRequest call)
    {
        var request = new HttpRequestMessage(call.Body is null ? HttpMethod.Get : HttpMethod.Post, call.Url);
        request.Headers.Accept.ParseAdd(call.Accept);
        request.Headers.Authorization = call.Authorization;
        foreach (var (name, value) in call.Headers)
        {
            request.Headers.Add(name, value);
        }

        if (call.Body is { } body)
        {
            request.Content = new ByteArrayContent(body.Content);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(body.ContentType);
        }

        return request;
    }

    private SocketsHttpHandler NewHandler()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(3),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            MaxConnectionsPerServer = 16,
            MaxResponseHeadersLength = 32,
            MaxResponseDrainSize = 0, // What we refused to read is not read to save a connection either.
            ConnectTimeout = TimeSpan.FromSeconds(3),
            ActivityHeadersPropagator = null, // Our trace ids are no provider's business.
        };

        if (_options.Proxy is { } proxy)
        {
            // Every connection leads to the proxy, which resolves the names and so has to guard the addresses too.
            handler.UseProxy = true;
            var address = new Uri(proxy);
            var login = Uri.UnescapeDataString(address.UserInfo).Split(':', 2);
            handler.Proxy = new WebProxy(address)
            {
                Credentials = login is [var user, var password] ? new NetworkCredential(user, password) : null,
            };
        }
        else
        {
            handler.ConnectCallback = ConnectAsync;
        }

        return handler;
    }

    /// <summary>Connects to the very addresses that were checked: a name that changes between check and use gains nothing.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await Dns.GetHostAddressesAsync(host, ct);
        if (!_options.Allows(host, port))
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
            await socket.ConnectAsync(addresses, port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
