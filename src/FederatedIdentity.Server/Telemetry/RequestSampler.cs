using System.Diagnostics;
using OpenTelemetry.Trace;

namespace FederatedIdentity.Server.Telemetry;

/// <summary>
/// Decides once for each request, at its server span, which alone may begin a trace: what the server does for itself, such as looking for
/// changes every second, belongs to none. <see cref="RequestTracing"/> sees to it that a remote parent is never a stranger's.
/// </summary>
internal sealed class RequestSampler(TraceSampling sampling) : Sampler
{
    private static readonly SamplingResult _yes = new(SamplingDecision.RecordAndSample);
    private static readonly SamplingResult _no = new(SamplingDecision.Drop);

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        var parent = samplingParameters.ParentContext;
        var hasParent = parent.TraceId != default;
        if (hasParent && (!parent.IsRemote || sampling.FollowsParent))
        {
            return parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? _yes : _no;
        }

        return samplingParameters.Kind == ActivityKind.Server && sampling.Picks(samplingParameters.TraceId) ? _yes : _no;
    }
}
