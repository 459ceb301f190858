using System.Diagnostics;
using System.Globalization;
using OpenTelemetry.Trace;

namespace FederatedIdentity.Server.Telemetry;

/// <summary>OTEL_TRACES_SAMPLER and its argument, with the names of the specification.</summary>
internal sealed record TraceSampling(Sampler OfNewTraces, bool FollowsParent, string Name)
{
    /// <summary>The share of requests that are traced when nobody says otherwise.</summary>
    private const double DefaultRatio = 0.1;

    private const string ParentBased = "parentbased_";

    /// <summary>
    /// The context of a new trace that was picked, or null. It is decided by the id alone, before anything is made that most requests
    /// would not need.
    /// </summary>
    public ActivityContext? Begin()
    {
        var id = ActivityTraceId.CreateRandom();
        var isPicked = OfNewTraces.ShouldSample(new SamplingParameters(default, id, "", ActivityKind.Server)).Decision
            == SamplingDecision.RecordAndSample;
        return isPicked ? new ActivityContext(id, default, ActivityTraceFlags.Recorded) : null; // A root: there is no span above it.
    }

    public static TraceSampling Of(IConfiguration configuration, ICollection<string> complaints)
    {
        var name = configuration["OTEL_TRACES_SAMPLER"] is { Length: > 0 } given ? given : "parentbased_traceidratio";
        var followsParent = name.StartsWith(ParentBased, StringComparison.Ordinal);
        switch (followsParent ? name[ParentBased.Length..] : name)
        {
            case "always_on":
                return new(new AlwaysOnSampler(), followsParent, name);
            case "always_off":
                return new(new AlwaysOffSampler(), followsParent, name);
            case "traceidratio":
                var ratio = RatioOf(configuration["OTEL_TRACES_SAMPLER_ARG"], complaints);
                return new(
                    new TraceIdRatioBasedSampler(ratio), followsParent, string.Create(CultureInfo.InvariantCulture, $"{name} {ratio}"));
            default:
                complaints.Add("OTEL_TRACES_SAMPLER names a sampler that there is not; parentbased_traceidratio 0.1 is used");
                return new(new TraceIdRatioBasedSampler(DefaultRatio), FollowsParent: true, "parentbased_traceidratio 0.1");
        }
    }

    private static double RatioOf(string? argument, ICollection<string> complaints)
    {
        if (string.IsNullOrEmpty(argument))
        {
            return DefaultRatio;
        }

        const NumberStyles Plain = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (double.TryParse(argument, Plain, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 0 and <= 1)
        {
            return ratio;
        }

        complaints.Add("OTEL_TRACES_SAMPLER_ARG is no number from 0 to 1; 0.1 is used");
        return DefaultRatio;
    }
}
