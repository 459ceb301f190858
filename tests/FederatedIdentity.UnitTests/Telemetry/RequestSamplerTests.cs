using System.Diagnostics;
using FederatedIdentity.Server.Telemetry;
using OpenTelemetry.Trace;

namespace FederatedIdentity.UnitTests.Telemetry;

/// <summary>Who decides whether there is a trace.</summary>
public sealed class RequestSamplerTests
{
    private static readonly RequestSampler Always = new(new TraceSampling(1, FollowsParent: true, ""));
    private static readonly RequestSampler Never = new(new TraceSampling(0, FollowsParent: true, ""));

    [Theory]
    [InlineData(ActivityKind.Server, true)]
    [InlineData(ActivityKind.Client, false)]
    [InlineData(ActivityKind.Internal, false)]
    public void Only_a_request_begins_a_trace(ActivityKind kind, bool isSampled) => Assert.Equal(isSampled, IsSampled(Always, default, kind));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whatever_is_part_of_a_request_follows_it(bool isSampled)
    {
        Assert.Equal(isSampled, IsSampled(Always, Parent(isSampled, isRemote: false), ActivityKind.Client));
        Assert.Equal(isSampled, IsSampled(Never, Parent(isSampled, isRemote: false), ActivityKind.Client));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_remote_parent_decides_when_it_is_followed(bool isSampled) =>
        Assert.Equal(isSampled, IsSampled(Never, Parent(isSampled, isRemote: true), ActivityKind.Server));

    [Fact]
    public void A_remote_parent_does_not_decide_when_it_is_not_followed()
    {
        var own = new RequestSampler(new TraceSampling(0, FollowsParent: false, ""));

        Assert.False(IsSampled(own, Parent(isSampled: true, isRemote: true), ActivityKind.Server));
    }

    private static ActivityContext Parent(bool isSampled, bool isRemote) => new(
        ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(),
        isSampled ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None, traceState: null, isRemote);

    private static bool IsSampled(RequestSampler sampler, ActivityContext parent, ActivityKind kind)
    {
        var traceId = parent.TraceId == default ? ActivityTraceId.CreateRandom() : parent.TraceId;
        return sampler.ShouldSample(new SamplingParameters(parent, traceId, "request", kind)).Decision == SamplingDecision.RecordAndSample;
    }
}
