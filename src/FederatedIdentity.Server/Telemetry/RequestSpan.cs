using System.Diagnostics;

namespace FederatedIdentity.Server.Telemetry;

/// <summary>What a call tells of itself in the span of its request, which <see cref="RequestTracing"/> makes.</summary>
internal static class RequestSpan
{
    /// <summary>Null unless the request is traced. To be taken before the call begins, whose parts have spans of their own.</summary>
    public static Activity? Current => TraceSources.IsTraced ? Activity.Current : null;

    /// <summary>
    /// Says what was called and how it ended, never by whom or with what. The pool may be named: a trace is not a metric, which would
    /// keep a series for every name, and pool ids are public. Identities and users are not.
    /// </summary>
    public static void Describe(this Activity? span, CallContext call, ApiError? error)
    {
        if (span is null)
        {
            return;
        }

        if (call.Operation is { } operation)
        {
            span.DisplayName = operation;
            span.SetTag("rpc.method", operation);
        }

        span.SetTag("rpc.system", "aws-api");
        span.SetTag("rpc.service", ServiceOf(call));
        span.SetTag("aws.request_id", call.RequestId);
        span.SetTag("federated_identity.pool", call.Pool);
        if (error is null)
        {
            return;
        }

        span.SetTag("error.type", error.Type);
        if (error.Status >= StatusCodes.Status500InternalServerError)
        {
            span.SetStatus(ActivityStatusCode.Error); // Of a server, what the client did wrong is no error.
        }
    }

    private static string ServiceOf(CallContext call) =>
        call.Service == QueryApi.Sts ? "STS" : call.Service == QueryApi.Iam ? "IAM" : "CognitoIdentity";
}
