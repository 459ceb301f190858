using System.Diagnostics;
using System.Net;
using FederatedIdentity.Providers.Engines;

namespace FederatedIdentity.Providers;

/// <summary>
/// A span for each attempt to call a provider: whom, and how it ended. Nothing of the URL beyond its host, and no header or body gets
/// into it, and nothing of it is sent along.
/// </summary>
public static class ProviderTracing
{
    public const string SourceName = "FederatedIdentity.Providers";

    private static readonly ActivitySource _source = new(SourceName);

    /// <summary>Null unless the login that it is for is traced.</summary>
    internal static Activity? Start(OutboundRequest call)
    {
        if (Activity.Current is not { Recorded: true } || _source.StartActivity("call", ActivityKind.Client) is not { } span)
        {
            return null;
        }

        var method = call.Body is null ? "GET" : "POST";
        span.DisplayName = $"{method} {call.Kind}";
        span.SetTag("http.request.method", method);
        span.SetTag("server.address", call.Url.Host);
        span.SetTag("server.port", call.Url.Port);
        span.SetTag("federated_identity.provider", call.Kind);
        return span;
    }

    internal static void Finish(this Activity? span, Exchange exchange)
    {
        if (span is null)
        {
            return;
        }

        if (exchange.Result is FetchResult.Ok answer)
        {
            span.SetTag("http.response.status_code", (int)answer.Status);
            if (answer.Status >= HttpStatusCode.BadRequest)
            {
                Fail(span, $"{(int)answer.Status}");
            }
        }
        else
        {
            Fail(span, exchange.End == ExchangeEnd.TimedOut ? "timeout" : "failed");
        }
    }

    private static void Fail(Activity span, string kind)
    {
        span.SetTag("error.type", kind);
        span.SetStatus(ActivityStatusCode.Error);
    }
}
