using FederatedIdentity.Server.Telemetry;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Exporter;

namespace FederatedIdentity.UnitTests.Telemetry;

/// <summary>OpenTelemetry's variables, as its specification means them.</summary>
public sealed class TelemetrySettingsTests
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    [Fact]
    public void Without_variables_everything_is_off() => Assert.True(Read().IsOff);

    [Fact]
    public void One_endpoint_is_for_all_signals_each_below_it()
    {
        var settings = Read((Endpoint, "http://collector:4318/prefix/"));

        Assert.Equal("http://collector:4318/prefix/v1/traces", settings.Traces!.Endpoint.AbsoluteUri);
        Assert.Equal("http://collector:4318/prefix/v1/metrics", settings.Metrics!.Endpoint.AbsoluteUri);
        Assert.Equal("http://collector:4318/prefix/v1/logs", settings.Logs!.Endpoint.AbsoluteUri);
        Assert.All([settings.Traces, settings.Metrics, settings.Logs], target => Assert.Equal(OtlpExportProtocol.HttpProtobuf, target.Protocol));
        Assert.Empty(settings.Complaints);
    }

    [Fact]
    public void An_endpoint_of_gRPC_is_taken_as_it_is()
    {
        var settings = Read((Endpoint, "http://collector:4317"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"));

        Assert.Equal((new Uri("http://collector:4317"), OtlpExportProtocol.Grpc), (settings.Traces!.Endpoint, settings.Traces.Protocol));
    }

    [Fact]
    public void A_signals_own_variables_win()
    {
        var settings = Read(
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://traces.example/in"), ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "a=1,b=2"), ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "300"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a=0"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));

        Assert.Equal(new OtlpTarget(new Uri("https://traces.example/in"), OtlpExportProtocol.Grpc, "a=1,b=2", 300), settings.Traces);
        Assert.Null(settings.Metrics);
        Assert.Null(settings.Logs);
    }

    [Theory]
    [InlineData("none", false)]
    [InlineData("otlp", true)]
    [InlineData("none, otlp", true)]
    [InlineData("console", false)]
    public void Exporters_are_chosen_by_name(string names, bool isOn)
    {
        var settings = Read((Endpoint, "http://collector:4318"), ("OTEL_TRACES_EXPORTER", names));

        Assert.Equal(isOn, settings.Traces is not null);
        Assert.NotNull(settings.Metrics);
        Assert.Equal(names == "console", settings.Complaints.Count == 1);
    }

    [Fact]
    public void Prometheus_for_metrics_is_what_there_is_anyway()
    {
        var settings = Read((Endpoint, "http://collector:4318"), ("OTEL_METRICS_EXPORTER", "prometheus"));

        Assert.Null(settings.Metrics);
        Assert.Empty(settings.Complaints);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("TRUE", true)]
    [InlineData("false", false)]
    [InlineData("1", false)]
    public void The_whole_of_it_can_be_disabled(string value, bool isOff) =>
        Assert.Equal(isOff, Read((Endpoint, "http://collector:4318"), ("OTEL_SDK_DISABLED", value)).IsOff);

    [Theory]
    [InlineData("otel-collector:4318")]
    [InlineData("ftp://collector")]
    [InlineData("http://user:secret@collector:4318")]
    public void An_endpoint_that_cannot_work_is_refused_and_not_repeated(string endpoint)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => Read((Endpoint, endpoint)));

        Assert.DoesNotContain(endpoint, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Headers_that_cannot_be_read_are_refused_and_not_repeated()
    {
        var refusal = Assert.Throws<InvalidOperationException>(() =>
            Read((Endpoint, "http://collector:4318"), ("OTEL_EXPORTER_OTLP_HEADERS", "key-of-the-receiver")));

        Assert.DoesNotContain("key-of-the-receiver", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, "parentbased_traceidratio 0.1", true, 0)]
    [InlineData(null, "0.5", "parentbased_traceidratio 0.5", true, 0)]
    [InlineData("traceidratio", "1e-3", "traceidratio 0.001", false, 0)]
    [InlineData("always_on", null, "always_on", false, 0)]
    [InlineData("parentbased_always_off", null, "parentbased_always_off", true, 0)]
    [InlineData("xray", null, "parentbased_traceidratio 0.1", true, 1)]
    [InlineData("traceidratio", "2", "traceidratio 0.1", false, 1)]
    [InlineData("traceidratio", "NaN", "traceidratio 0.1", false, 1)]
    [InlineData("traceidratio", "-0.1", "traceidratio 0.1", false, 1)]
    public void Samplers_have_the_names_of_the_specification(string? name, string? argument, string expected, bool followsParent, int complaints)
    {
        var settings = Read(
            (Endpoint, "http://collector:4318"), ("OTEL_TRACES_SAMPLER", name), ("OTEL_TRACES_SAMPLER_ARG", argument));

        Assert.Equal((expected, followsParent), (settings.Sampling!.Name, settings.Sampling.FollowsParent));
        Assert.Equal(complaints, settings.Complaints.Count);
    }

    [Fact]
    public void Nothing_prints_the_headers()
    {
        var settings = Read((Endpoint, "http://collector:4318/path?key=1"), ("OTEL_EXPORTER_OTLP_HEADERS", "key=1"));

        Assert.Equal("http://collector:4318", $"{settings.Traces}");
    }

    private static TelemetrySettings Read(params (string Name, string? Value)[] variables) => TelemetrySettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(variables.ToDictionary(pair => pair.Name, pair => pair.Value)).Build());
}
