using System.Diagnostics;

namespace FederatedIdentity.Server.Telemetry;

/// <summary>The span of one call of an operation, within its request's. Its name is found out on the way.</summary>
internal static class CallSpan
{
    /// <summary>Null unless the request is traced.</summary>
    public static Activity? Start() => TraceSources.IsTraced ? TraceSources.Server.StartActivity("call") : null;

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

        var operation = call.Operation ?? "unknown";
        span.DisplayName = $"{ServiceOf(call)}/{operation}";
        span.SetTag("rpc.system", "aws-api");
        span.SetTag("rpc.service", ServiceOf(call));
        span.SetTag("rpc.method", operation);
        span.SetTag("aws.request_id", call.RequestId);
        span.SetTag("federated_identity.pool", call.Pool);
        span.Parent?.DisplayName = operation;
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
