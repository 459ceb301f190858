using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;

namespace FederatedIdentity.Server.Telemetry;

/// <summary>
/// OTEL_TRACES_SAMPLER and its argument, with the names of the specification: <paramref name="Ratio"/> of the new traces, 0 to 1, and
/// whether a remote parent decides for what belongs to it.
/// </summary>
internal sealed record TraceSampling(double Ratio, bool FollowsParent, string Name)
{
    /// <summary>The share of requests that are traced when nobody says otherwise.</summary>
    private const double DefaultRatio = 0.1;

    private const string ParentBased = "parentbased_";
    private const int IdLength = 16; // Bytes, W3C Trace Context §3.2.2.3.

    /// <summary>
    /// The context of a new trace that was picked, or null. It is decided by the bytes that its id would have, before anything is made
    /// that most requests would not need.
    /// </summary>
    public ActivityContext? Begin()
    {
        Span<byte> id = stackalloc byte[IdLength];
#pragma warning disable RS0030 // The id of a trace is no secret, and every request draws one.
        Random.Shared.NextBytes(id);
#pragma warning restore RS0030
        return Picks(id)
            ? new ActivityContext(ActivityTraceId.CreateFromBytes(id), default, ActivityTraceFlags.Recorded) // No span is above it.
            : null;
    }

    /// <summary>Whether a trace with this id is of the share: the same ids as OpenTelemetry's own TraceIdRatioBasedSampler picks.</summary>
    public bool Picks(ActivityTraceId trace)
    {
        Span<byte> id = stackalloc byte[IdLength];
        trace.CopyTo(id);
        return Picks(id);
    }

    public static TraceSampling Of(IConfiguration configuration, ICollection<string> complaints)
    {
        var name = configuration["OTEL_TRACES_SAMPLER"] is { Length: > 0 } given ? given : "parentbased_traceidratio";
        var followsParent = name.StartsWith(ParentBased, StringComparison.Ordinal);
        switch (followsParent ? name[ParentBased.Length..] : name)
        {
            case "always_on":
                return new(1, followsParent, name);
            case "always_off":
                return new(0, followsParent, name);
            case "traceidratio":
                var ratio = RatioOf(configuration["OTEL_TRACES_SAMPLER_ARG"], complaints);
                return new(ratio, followsParent, string.Create(CultureInfo.InvariantCulture, $"{name} {ratio}"));
            default:
                complaints.Add("OTEL_TRACES_SAMPLER names a sampler that there is not; parentbased_traceidratio 0.1 is used");
                return new(DefaultRatio, FollowsParent: true, "parentbased_traceidratio 0.1");
        }
    }

    private bool Picks(ReadOnlySpan<byte> id) =>
        Ratio >= 1 || (BinaryPrimitives.ReadInt64BigEndian(id) & long.MaxValue) < Ratio * long.MaxValue;

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
