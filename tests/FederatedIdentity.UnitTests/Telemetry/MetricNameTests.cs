using FederatedIdentity.Server.Telemetry.Prometheus;

namespace FederatedIdentity.UnitTests.Telemetry;

public sealed class MetricNameTests
{
    [Theory]
    [InlineData("a.request.duration", "s", "Histogram", "a_request_duration_seconds", "seconds")]
    [InlineData("a.refused", "{call}", "Counter", "a_refused", "")]
    [InlineData("a.refused.total", null, "Counter", "a_refused", "")]
    [InlineData("a.pause.seconds", "s", "Counter", "a_pause_seconds", "seconds")]
    [InlineData("seconds", "s", "Gauge", "seconds", "seconds")]
    [InlineData("a.memory", "By", "UpDownCounter", "a_memory_bytes", "bytes")]
    [InlineData("a.rate", "By/s", "Gauge", "a_rate_bytes_per_second", "bytes_per_second")]
    [InlineData("a.share", "1", "Gauge", "a_share_ratio", "ratio")]
    [InlineData("a.share", "1", "Counter", "a_share", "")]
    [InlineData("a--b..c", "", "Gauge", "a_b_c", "")]
    [InlineData("0day\n{evil=\"1\"} 1", "", "Gauge", "_0day_evil_1_1", "")]
    public void Names_and_units_follow_OpenTelemetrys_rules(string instrument, string? unit, string kind, string name, string words) =>
        Assert.Equal(new MetricName(name, words), MetricName.Of(instrument, unit, Enum.Parse<FamilyKind>(kind)));

    [Theory]
    [InlineData("", false)]
    [InlineData("*/*", false)]
    [InlineData("text/plain", false)]
    [InlineData("application/openmetrics-text", true)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1", true)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.1,text/plain;q=0.9", false)]
    [InlineData("application/openmetrics-text;version=2.0.0", false)]
    [InlineData("application/openmetrics-text;q=0", false)]
    [InlineData("application/openmetrics-text;;;\u0001", false)]
    public void OpenMetrics_is_written_for_those_who_ask_for_it(string accept, bool open) =>
        Assert.Equal(open, PrometheusEndpoint.PrefersOpenMetrics([accept]));
}
