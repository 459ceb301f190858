using System.Diagnostics;
using FederatedIdentity.Server.Sts;

namespace FederatedIdentity.Server.Telemetry;

/// <summary>The span of a call to another STS: whom, what, and how it ended; nothing that was sent or answered.</summary>
internal static class ExternalStsSpan
{
    public static Activity? Start(string host)
    {
        if (!TraceSources.IsTraced
            || TraceSources.Server.StartActivity("STS/AssumeRoleWithWebIdentity", ActivityKind.Client) is not { } span)
        {
            return null;
        }

        span.SetTag("rpc.system", "aws-api");
        span.SetTag("rpc.service", "STS");
        span.SetTag("rpc.method", "AssumeRoleWithWebIdentity");
        span.SetTag("server.address", host);
        return span;
    }

    public static void Finish(this Activity? span, ExternalAnswer answer)
    {
        if (answer is not ExternalAnswer.Granted)
        {
            span?.SetTag("error.type", answer is ExternalAnswer.Refused ? "refused" : "unreachable");
            span?.SetStatus(ActivityStatusCode.Error);
        }
    }
}
