using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// The only way out: https to public addresses, without redirects, cookies or decompression, within a deadline and a size.
/// Whatever the other side does becomes a <see cref="FetchResult"/>; only the caller's own cancellation is thrown.
/// </summary>
internal sealed class OutboundHttp : IDisposable
{
    /// <summary>What a login may spend on waiting for its provider, however many calls and attempts that takes.</summary>
    public static readonly TimeSpan LoginDeadline = TimeSpan.FromSeconds(5);

    private readonly OutboundOptions _options;
    private readonly ProviderMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly PinnedConnections _connections;
    private readonly HostGates _gates;

    public OutboundHttp(IOptions<OutboundOptions> options, ProviderMetrics metrics, TimeProvider time, ILogger<OutboundHttp> log)
    {
        (_options, _metrics, _time) = (options.Value, metrics, time);
        _connections = new PinnedConnections(thumbprints => OutboundTransport.Create(_options, thumbprints));
        _gates = new HostGates(time, log);
    }

    /// <summary>
    /// From the first name lookup to the last byte of the last attempt, so that neither a silent nor a dripping peer holds us longer.
    /// </summary>
    internal TimeSpan Deadline { get; init; } = LoginDeadline;

    public async Task<FetchResult> SendAsync(OutboundRequest call, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (Refusal(call.Url) is { } refusal)
        {
            return new FetchResult.Failed(refusal);
        }

        // The call goes on when its caller leaves, for at most the deadline. Calls that break off tell nothing about the host: they
        // could neither be held against it nor let a probe of it succeed.
        return await CallAsync(call).WaitAsync(ct);
    }

    public void Dispose() => _connections.Dispose();

    private async Task<FetchResult> CallAsync(OutboundRequest call)
    {
        var started = _time.GetTimestamp();
        using var deadline = new CancellationTokenSource(Deadline, _time);
        using var connection = _connections.For(call.Thumbprints);
        var exchange = await _gates.Of(call.Url, call.Thumbprints).RunAsync(
            new OutboundExchange(connection.Http, call).RunAsync, repeatable: call.Body is null, Deadline, deadline.Token);
        _metrics.Fetched(call.Kind, _time.GetElapsedTime(started), NameOf(exchange.End));
        return exchange.Result;
    }

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

    private static string NameOf(ExchangeEnd end) => end switch
    {
        ExchangeEnd.Answered => "answered",
        ExchangeEnd.Unusable or ExchangeEnd.Unreachable => "failed",
        ExchangeEnd.TimedOut => "timeout",
        ExchangeEnd.CircuitOpen => "circuit_open",
        ExchangeEnd.Overloaded => "overloaded",
        _ => throw new UnreachableException(),
    };
}
