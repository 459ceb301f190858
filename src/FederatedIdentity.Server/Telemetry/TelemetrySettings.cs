namespace FederatedIdentity.Server.Telemetry;

/// <summary>
/// What OpenTelemetry's own variables ask for. As its specification wants, a value that we do not know is told of and ignored: platforms
/// give the same variables to all that runs on them.
/// </summary>
internal sealed record TelemetrySettings(OtlpTarget? Traces, OtlpTarget? Metrics, OtlpTarget? Logs, TraceSampling? Sampling)
{
    public required IReadOnlyCollection<string> Complaints { get; init; }

    public bool IsOff => (Traces, Metrics, Logs) is (null, null, null);

    public static TelemetrySettings Read(IConfiguration configuration)
    {
        if (string.Equals(configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase))
        {
            return new(null, null, null, null) { Complaints = [] };
        }

        var complaints = new HashSet<string>();
        var traces = OtlpTarget.Find(configuration, "TRACES", complaints);
        return new(
            traces,
            OtlpTarget.Find(configuration, "METRICS", complaints),
            OtlpTarget.Find(configuration, "LOGS", complaints),
            traces is null ? null : TraceSampling.Of(configuration, complaints))
        {
            Complaints = complaints,
        };
    }
}
