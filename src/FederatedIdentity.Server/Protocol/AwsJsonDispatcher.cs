using System.Diagnostics;
using System.Text.Json;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Server.Operations;

namespace FederatedIdentity.Server.Protocol;

/// <summary>
/// One AWS JSON 1.1 call from request to answer. Owns every phase that operations have in common, in the order in which the real
/// service shows its errors: target, size, signature, JSON, constraints, operation; then the answer, the log line and the metrics.
/// </summary>
internal sealed partial class AwsJsonDispatcher(
    SignatureGate signatures, Readiness readiness, RequestMetrics metrics, ILogger<AwsJsonDispatcher> logger)
{
    public async Task HandleAsync(HttpContext http)
    {
        var started = Stopwatch.GetTimestamp();
        var call = new CallContext(Guid.NewGuid().ToString(), http.Connection.RemoteIpAddress);
        var operation = ApiSurface.Resolve(http.Request.Headers["X-Amz-Target"]);
        Outcome<byte[]> outcome;
        try
        {
            outcome = await RunAsync(operation, http, call);
        }
        catch (Exception abandoned)
            when (http.RequestAborted.IsCancellationRequested && abandoned is OperationCanceledException or IOException)
        {
            return; // The client is gone: nobody is left to answer.
        }
        catch (ContentionException)
        {
            outcome = ApiError.TooManyRequests(); // SDKs wait and try again, which is what it takes.
        }
#pragma warning disable CA1031 // The one place that turns a bug or an outage into an answer, and logs it whole.
        catch (Exception fault)
        {
            Log.Failed(logger, operation?.Name, call.RequestId, fault);
            outcome = ApiError.Internal();
        }
#pragma warning restore CA1031

        await AnswerAsync(http, call.RequestId, outcome);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var result = outcome.Error?.Type ?? "Success";
        metrics.Record(operation?.Name, result, elapsed);
        Log.Answered(logger, operation?.Name, call.Pool, result, elapsed.TotalMilliseconds, call.RequestId, call.Source);
    }

    private async ValueTask<Outcome<byte[]>> RunAsync(Operation? operation, HttpContext http, CallContext call)
    {
        if (operation is null)
        {
            return ApiError.UnknownOperation();
        }

        if (!readiness.HasStarted)
        {
            return ApiError.Starting(); // Else an operation could write, and then find no key to sign its answer with.
        }

        RequestBody? read;
        try
        {
            read = await RequestBody.ReadAsync(http.Request, http.RequestAborted);
        }
        catch (IOException malformed) when (!http.RequestAborted.IsCancellationRequested)
        {
            // Kestrel's own limits and framing errors; a chunk's absurd length is no BadHttpRequestException.
            return malformed is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }
                ? ApiError.RequestTooLarge()
                : ApiError.Serialization("The request body could not be read.");
        }

        if (read is not { } body)
        {
            return ApiError.RequestTooLarge();
        }

        using (body)
        {
            if (operation.Access == Access.Signed)
            {
                var signed = await signatures.VerifyAsync(http.Request, body.Bytes, http.RequestAborted);
                if (signed.Error is { } refused)
                {
                    return refused;
                }

                call.Caller = signed.Value;
            }

            return await operation.InvokeAsync(body.Bytes, call, http.RequestServices, http.RequestAborted);
        }
    }

    private static async Task AnswerAsync(HttpContext http, string requestId, Outcome<byte[]> outcome)
    {
        var response = http.Response;
        response.Headers[WireHeaders.RequestId] = requestId;
        WireHeaders.AllowAnyOrigin(response.Headers);
        response.ContentType = WireHeaders.ContentType;
        var payload = outcome.Value ?? ErrorBody(outcome.Error!);
        if (outcome.Error is { } error)
        {
            response.StatusCode = error.Status;
            WireHeaders.DescribeError(response.Headers, error);
        }

        response.ContentLength = payload.Length;
        await response.BodyWriter.WriteAsync(payload, http.RequestAborted);
    }

    private static byte[] ErrorBody(ApiError error) =>
        JsonSerializer.SerializeToUtf8Bytes(new ErrorShape(error.Type, error.Message), AwsJson.Wire.ErrorShape);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information,
            "{Operation} pool={Pool} outcome={Outcome} ms={Milliseconds:0.0} request={RequestId} source={Source}")]
        public static partial void Answered(
            ILogger logger, string? operation, string? pool, string outcome, double milliseconds, string requestId, object? source);

        [LoggerMessage(2, LogLevel.Error, "{Operation} failed, request={RequestId}")]
        public static partial void Failed(ILogger logger, string? operation, string requestId, Exception fault);
    }
}
