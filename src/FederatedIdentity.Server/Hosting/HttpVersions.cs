using System.Buffers;
using System.Net;
using FederatedIdentity.Server.Overload;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// HTTP/1.1 and cleartext HTTP/2 (prior knowledge, RFC 9113 §3.3) on one port. Kestrel alone serves only HTTP/1.1 on a cleartext
/// endpoint that allows both, so the first bytes decide here: a connection that opens with the HTTP/2 preface goes to the pipeline
/// of a second endpoint, which speaks HTTP/2 only and listens nowhere.
/// </summary>
internal static class HttpVersions
{
    // A client that says nothing for so long is cut off; afterwards Kestrel's own time limits apply.
    private static readonly TimeSpan FirstBytesDeadline = TimeSpan.FromSeconds(30);

    public static void ServeHttp1AndHttp2(this WebApplicationBuilder builder)
    {
        ConnectionDelegate? http2 = null;
        var addresses = Addresses(builder.Configuration);
        builder.Services.AddSingleton<IStartupFilter, BoundHere>();
        builder.Services.AddSingleton<IConnectionListenerFactory, NowhereTransport>();
        builder.Services.AddOptions<ManagementOptions>().Validate(
            management => addresses.All(address => BindingAddress.Parse(address).Port != management.Port),
            $"{ManagementOptions.Section}:Port must be another port than the one of clients.");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            var limit = kestrel.ApplicationServices.GetRequiredService<ConnectionLimit>();
            var management = kestrel.ApplicationServices.GetRequiredService<ManagementListener>();
            kestrel.ConfigureEndpointDefaults(listen =>
            {
                if (management.Owns(listen))
                {
                    management.Configure(listen);
                }
                else
                {
                    listen.Use(http1 => connection => limit.ServeAsync(connection, async accepted =>
                        await (await OpensWithPrefaceAsync(accepted) ? http2! : http1)(accepted)));
                }
            });
            kestrel.Listen(NowhereEndPoint.Instance, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.Use(next => http2 = next);
            });
            foreach (var address in addresses)
            {
                Listen(kestrel, BindingAddress.Parse(address));
            }

            management.Listen(kestrel);
        });
    }

    /// <summary>
    /// Where to listen: the framework's own settings, <c>ASPNETCORE_URLS</c> or <c>ASPNETCORE_HTTP_PORTS</c>; default port 8080.
    /// </summary>
    public static string[] Addresses(IConfiguration configuration) =>
        configuration["urls"] is { Length: > 0 } urls
            ? urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [.. (configuration["http_ports"] is { Length: > 0 } ports ? ports : "8080")
                .Split(';', StringSplitOptions.TrimEntries).Select(port => $"http://*:{port}")];

    /// <summary>Whether a bound address is a real one, not the HTTP/2 pipeline's.</summary>
    public static bool IsReachable(string address) => !address.EndsWith(NowhereEndPoint.Instance.ToString(), StringComparison.Ordinal);

    private static void Listen(KestrelServerOptions kestrel, BindingAddress address)
    {
        if (address.Scheme != Uri.UriSchemeHttp)
        {
            throw new InvalidOperationException($"{address}: only http is served here; TLS ends at the ingress in front.");
        }

        if (address.IsUnixPipe)
        {
            kestrel.ListenUnixSocket(address.UnixPipePath);
        }
        else if (address.Host == "localhost")
        {
            kestrel.ListenLocalhost(address.Port);
        }
        else if (IPAddress.TryParse(address.Host, out var ip))
        {
            kestrel.Listen(ip, address.Port);
        }
        else
        {
            kestrel.ListenAnyIP(address.Port); // '*', '+' and host names alike, as Kestrel itself does.
        }
    }

    private static async ValueTask<bool> OpensWithPrefaceAsync(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        var draining = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed, draining);
        deadline.CancelAfter(FirstBytesDeadline);
        while (true)
        {
            System.IO.Pipelines.ReadResult read;
            try
            {
                read = await input.ReadAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                // Whoever waits for a drain must not wait for a client that never said anything; Kestrel closes it in order.
                if (!draining.IsCancellationRequested)
                {
                    connection.Abort(new ConnectionAbortedException("The client sent nothing."));
                }

                return false;
            }
            catch (IOException)
            {
                return false; // Reset by the client, as port scanners and probes do: Kestrel finds that out again and says nothing.
            }

            var (isPreface, needsMore) = Compare(read.Buffer);
            if (needsMore && !read.IsCompleted)
            {
                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            input.AdvanceTo(read.Buffer.Start); // Nothing is consumed: the chosen pipeline reads it all again.
            return isPreface;
        }
    }

    private static (bool IsPreface, bool NeedsMore) Compare(in ReadOnlySequence<byte> received)
    {
        var preface = "PRI * HTTP/2.0\r\n"u8;
        Span<byte> start = stackalloc byte[preface.Length];
        var length = (int)Math.Min(received.Length, preface.Length);
        received.Slice(0, length).CopyTo(start);
        var same = start[..length].SequenceEqual(preface[..length]);
        return (same && length == preface.Length, same && length < preface.Length);
    }

    /// <summary>
    /// Takes the configured addresses back from the host, which has just handed them to Kestrel: they are bound above, and Kestrel would
    /// warn at each start that it does not bind them.
    /// </summary>
    private sealed class BoundHere : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.ServerFeatures.GetRequiredFeature<IServerAddressesFeature>().Addresses.Clear();
            next(app);
        };
    }

    private sealed class NowhereEndPoint : EndPoint
    {
        public static readonly NowhereEndPoint Instance = new();

        public override string ToString() => "http2-preface";
    }

    /// <summary>Binds <see cref="NowhereEndPoint"/> and never accepts a connection there.</summary>
    private sealed class NowhereTransport : IConnectionListenerFactory, IConnectionListenerFactorySelector
    {
        public bool CanBind(EndPoint endpoint) => endpoint is NowhereEndPoint;

        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
            new(new Listener(endpoint));

        private sealed class Listener(EndPoint endpoint) : IConnectionListener
        {
            private readonly TaskCompletionSource<ConnectionContext?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

            public EndPoint EndPoint => endpoint;

            public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => new(_closed.Task);

            public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
            {
                _closed.TrySetResult(null);
                return ValueTask.CompletedTask;
            }

            public ValueTask DisposeAsync() => UnbindAsync();
        }
    }
}
