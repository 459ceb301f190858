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
        var sampling = new TraceSampling(1, FollowsParent: true, "");

        var (first, second) = (sampling.Begin()!.Value, sampling.Begin()!.Value);

        Assert.NotEqual(default, first.TraceId);
        Assert.NotEqual(first.TraceId, second.TraceId);
        Assert.Equal(default, first.SpanId);
        Assert.Equal(ActivityTraceFlags.Recorded, first.TraceFlags);
        Assert.False(first.IsRemote);
    }

    [Fact]
    public void A_request_that_is_not_picked_begins_nothing() =>
        Assert.Null(new TraceSampling(0, FollowsParent: true, "").Begin());

    [Theory]
    [InlineData(0)]
    [InlineData(1e-9)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.999)]
    [InlineData(1)]
    public void The_ids_are_those_that_OpenTelemetrys_own_sampler_picks(double ratio)
    {
        var sampler = new TraceIdRatioBasedSampler(ratio);
        var sampling = new TraceSampling(ratio, FollowsParent: true, "");

        foreach (var id in Enumerable.Range(0, 20_000).Select(_ => ActivityTraceId.CreateRandom()).Append(default))
        {
            var theirs = sampler.ShouldSample(new SamplingParameters(default, id, "request", ActivityKind.Server)).Decision;
            Assert.Equal(theirs == SamplingDecision.RecordAndSample, sampling.Picks(id));
        }
    }

    [Fact]
    public void The_share_is_that_of_all_requests_and_each_that_is_picked_has_an_id_of_the_share()
    {
        const int Requests = 20_000;
        var sampling = new TraceSampling(0.1, FollowsParent: true, "");

        var begun = Enumerable.Range(0, Requests).Select(_ => sampling.Begin()).OfType<ActivityContext>().ToList();

        Assert.InRange(begun.Count, Requests * 0.08, Requests * 0.12); // Nine standard deviations.
        Assert.All(begun, context => Assert.True(sampling.Picks(context.TraceId)));
    }

    [Fact]
    public void All_means_every_id() =>
        Assert.True(new TraceSampling(1, FollowsParent: true, "").Picks(ActivityTraceId.CreateFromString(new string('f', 32))));

    [Fact]
    public void Its_span_is_a_root_with_the_id_that_was_picked()
    {
        var sampling = new TraceSampling(1, FollowsParent: true, "");
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
