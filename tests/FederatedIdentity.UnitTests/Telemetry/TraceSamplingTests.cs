using System.Diagnostics;
using FederatedIdentity.Server.Telemetry;
using OpenTelemetry.Trace;

namespace FederatedIdentity.UnitTests.Telemetry;

/// <summary>How requests are picked before anything is made for them.</summary>
public sealed class TraceSamplingTests
{
    [Fact]
    public void A_request_that_is_picked_begins_a_trace_of_its_own()
    {
        var sampling = new TraceSampling(new AlwaysOnSampler(), FollowsParent: true, "");

        var (first, second) = (sampling.Begin()!.Value, sampling.Begin()!.Value);

        Assert.NotEqual(default, first.TraceId);
        Assert.NotEqual(first.TraceId, second.TraceId);
        Assert.Equal(default, first.SpanId);
        Assert.Equal(ActivityTraceFlags.Recorded, first.TraceFlags);
        Assert.False(first.IsRemote);
    }

    [Fact]
    public void A_request_that_is_not_picked_begins_nothing() =>
        Assert.Null(new TraceSampling(new AlwaysOffSampler(), FollowsParent: true, "").Begin());

    [Fact]
    public void The_share_is_that_of_the_sampler_which_would_pick_the_same_ids()
    {
        const int Requests = 20_000;
        var sampler = new TraceIdRatioBasedSampler(0.1);
        var sampling = new TraceSampling(sampler, FollowsParent: true, "");

        var begun = Enumerable.Range(0, Requests).Select(_ => sampling.Begin()).OfType<ActivityContext>().ToList();

        Assert.InRange(begun.Count, Requests * 0.08, Requests * 0.12); // Nine standard deviations.
        Assert.All(begun, context => Assert.Equal(
            SamplingDecision.RecordAndSample,
            sampler.ShouldSample(new SamplingParameters(default, context.TraceId, "request", ActivityKind.Server)).Decision));
    }

    [Fact]
    public void Its_span_is_a_root_with_the_id_that_was_picked()
    {
        var sampling = new TraceSampling(new AlwaysOnSampler(), FollowsParent: true, "");
        using var source = new ActivitySource(nameof(Its_span_is_a_root_with_the_id_that_was_picked));
        using var listener = new ActivityListener
        {
            ShouldListenTo = listened => ReferenceEquals(listened, source),
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)
                    ? ActivitySamplingResult.AllDataAndRecorded
                    : ActivitySamplingResult.None,
        };
        ActivitySource.AddActivityListener(listener);
        var own = sampling.Begin()!.Value;

        using var span = source.StartActivity("request", ActivityKind.Server, own);

        Assert.Equal((own.TraceId, default), (span!.TraceId, span.ParentSpanId));
        Assert.True(span.Recorded);
        Assert.False(span.HasRemoteParent);
    }
}
