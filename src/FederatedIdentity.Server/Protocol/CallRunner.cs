using System.Diagnostics;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Server.Overload;
using FederatedIdentity.Server.Telemetry;
using FederatedIdentity.Storage.Postgres;

namespace FederatedIdentity.Server.Protocol;

/// <summary>How one protocol reads its calls and words its answers.</summary>
internal interface IAnswerForm
{
    string ContentType { get; }

    /// <summary>The phases of a call that are this protocol's own.</summary>
    ValueTask<Outcome<byte[]>> RunAsync(HttpContext http, CallContext call);

    /// <summary>The error as this protocol's services name it, with its own status.</summary>
    ApiError Translate(ApiError error);

    byte[] BodyOf(ApiError error, CallContext call);
}

/// <summary>
/// What every call of every protocol has in common around its own phases: an answer whatever happens, then the log line and the
/// metrics. A client that left is not answered.
/// </summary>
internal sealed partial class CallRunner(TrustedProxies proxies, RequestMetrics metrics, ILogger<CallRunner> logger)
{
    /// <summary>
    /// A call that has begun is not broken off when its client leaves: for PostgreSQL, to be told so on a further connection costs more
    /// than to finish, and a client that resets every stream it opened could have any number of those.
    /// </summary>
    public static CancellationToken ToTheEnd => CancellationToken.None;

    public async Task RunAsync(HttpContext http, IAnswerForm form)
    {
        var started = Stopwatch.GetTimestamp();
        var call = new CallContext(Guid.NewGuid().ToString(), proxies.ClientOf(http));
        var span = RequestSpan.Current;
        Outcome<byte[]> outcome;
        try
        {
            outcome = await form.RunAsync(http, call);
        }
        catch (Exception abandoned)
            when (http.RequestAborted.IsCancellationRequested && abandoned is OperationCanceledException or IOException)
        {
            return; // The client is gone: nobody is left to answer.
        }
        catch (Exception busy) when (busy is ContentionException or DatabaseBusyException)
        {
            outcome = ApiError.TooManyRequests(); // SDKs wait and try again, which is what it takes.
        }
        catch (OverloadException)
        {
            call.WasTurnedAway = true;
            outcome = ApiError.TooManyRequests();
        }
#pragma warning disable CA1031 // The one place that turns a bug or an outage into an answer, and logs it whole.
        catch (Exception fault)
        {
            Log.Failed(logger, call.Operation, call.RequestId, fault);
            outcome = ApiError.Internal();
        }
#pragma warning restore CA1031
        finally
        {
            call.Place?.Dispose(); // Before the answer is written: a client may read it as slowly as it likes.
        }

        var error = outcome.Error is { } plain ? form.Translate(plain) : null;
        span.Describe(call, error);
        await AnswerAsync(http, form, call, outcome.Value, error);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var result = error?.Type ?? "Success";
        metrics.Record(call.Operation, result, elapsed);
        if (!call.WasTurnedAway && logger.IsEnabled(LogLevel.Information))
        {
            var line = new AnsweredLine(call, result, elapsed);
            logger.Log(LogLevel.Information, AnsweredLine.Event, line, exception: null, static (line, _) => line.ToString());
        }
    }

    private static async Task AnswerAsync(HttpContext http, IAnswerForm form, CallContext call, byte[]? output, ApiError? error)
    {
        var response = http.Response;
        response.Headers[WireHeaders.RequestId] = call.RequestId;
        WireHeaders.AllowAnyOrigin(response.Headers);
        response.ContentType = form.ContentType;
        if (error is not null)
        {
            response.StatusCode = error.Status;
            WireHeaders.DescribeError(response.Headers, error);
        }

        var payload = error is null ? output! : form.BodyOf(error, call);
        response.ContentLength = payload.Length;
        await response.BodyWriter.WriteAsync(payload, CancellationToken.None); // Ends with the connection; a token would be made for it.
    }

    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Error, "{Operation} failed, request={RequestId}")]
        public static partial void Failed(ILogger logger, string? operation, string requestId, Exception fault);
    }
}
