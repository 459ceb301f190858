using System.Net.Http.Headers;

namespace FederatedIdentity.Providers.Engines;

/// <summary>Sends one request and reads its answer within the size limit. Whatever the other side does is a value, never thrown.</summary>
internal sealed class OutboundExchange(HttpMessageInvoker http, OutboundRequest call)
{
    private readonly string _host = call.Url.Authority;

    /// <summary><paramref name="deadline"/> stands for the time an answer may take, and for nothing else.</summary>
    public async Task<Exchange> RunAsync(CancellationToken deadline)
    {
        using var span = ProviderTracing.Start(call);
        var exchange = await TryAsync(deadline);
        span.Finish(exchange);
        return exchange;
    }

    private async Task<Exchange> TryAsync(CancellationToken deadline)
    {
        try
        {
            using var request = NewRequest();
            using var response = await http.SendAsync(request, deadline);
            return await ReadAsync(response, deadline);
        }
        catch (OperationCanceledException) // Also from a connection that took too long to come about.
        {
            return Exchange.Failed(ExchangeEnd.TimedOut, _host, "no complete answer in time");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return Exchange.Failed(EndOf(fault), _host, (fault.InnerException ?? fault).Message);
        }
    }

    private static ExchangeEnd EndOf(Exception fault)
    {
        var error = (fault as HttpRequestException)?.HttpRequestError ?? (fault as HttpIOException)?.HttpRequestError;
        return error is HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded
            ? ExchangeEnd.Unusable
            : ExchangeEnd.Unreachable;
    }

    private HttpRequestMessage NewRequest()
    {
        var request = new HttpRequestMessage(call.Body is null ? HttpMethod.Get : HttpMethod.Post, call.Url);
        request.Headers.Accept.ParseAdd(call.Accept);
        request.Headers.Authorization = call.Sign?.Invoke() ?? call.Authorization;
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

    private async Task<Exchange> ReadAsync(HttpResponseMessage response, CancellationToken deadline)
    {
        // Nothing was offered in Accept-Encoding; unpacking it anyway would open the door to compression bombs.
        if (response.Content.Headers.ContentEncoding.Count > 0)
        {
            return Exchange.Failed(ExchangeEnd.Unusable, _host, "compressed answer");
        }

        if (await ReadBodyAsync(response.Content, deadline) is not { } body)
        {
            return Exchange.Failed(ExchangeEnd.Unusable, _host, $"answer is over {call.MaxBytes} bytes");
        }

        var caching = response.Headers.CacheControl;
        var maxAge = caching is { NoStore: true } or { NoCache: true } ? TimeSpan.Zero : caching?.MaxAge;
        return new(
            ExchangeEnd.Answered,
            new FetchResult.Ok(response.StatusCode, body, maxAge, response.Headers.Age ?? TimeSpan.Zero));
    }

    /// <summary>Null when it is too large, which is found out by reading as much as is allowed and no more.</summary>
    private async Task<byte[]?> ReadBodyAsync(HttpContent content, CancellationToken deadline)
    {
        if (content.Headers.ContentLength > call.MaxBytes)
        {
            return null;
        }

        using var body = new MemoryStream();
        await using var stream = await content.ReadAsStreamAsync(deadline);
        var chunk = new byte[16 * 1024];
        for (var read = await stream.ReadAsync(chunk, deadline); read > 0; read = await stream.ReadAsync(chunk, deadline))
        {
            if (body.Length + read > call.MaxBytes)
            {
                return null;
            }

            body.Write(chunk, 0, read);
        }

        return body.ToArray();
    }
}
