using System.Globalization;
using OpenTelemetry.Exporter;

namespace FederatedIdentity.Server.Telemetry;

/// <summary>Where one signal is sent. <paramref name="Headers"/> may hold a key of the receiver, so nobody prints this.</summary>
internal sealed record OtlpTarget(Uri Endpoint, OtlpExportProtocol Protocol, string? Headers, int? TimeoutMilliseconds)
{
    private const string General = "OTEL_EXPORTER_OTLP_";

    /// <summary>
    /// Null when the signal is off: none of OpenTelemetry's variables says where <paramref name="signal"/> (TRACES, METRICS or LOGS)
    /// should go, or one says that it should go nowhere. Throws for what can never have worked; what another SDK would understand is a
    /// complaint.
    /// </summary>
    public static OtlpTarget? Find(IConfiguration configuration, string signal, ICollection<string> complaints)
    {
        var (endpoint, isWhole) = configuration[$"{General}{signal}_ENDPOINT"] is { Length: > 0 } own
            ? (own, true)
            : (configuration[$"{General}ENDPOINT"], false);
        if (!IsWanted(configuration, signal, complaints))
        {
            return null;
        }

        if (string.IsNullOrEmpty(endpoint))
        {
            return null;
        }

        var protocol = ProtocolOf(Value(configuration, signal, "PROTOCOL"), complaints);
        var url = UrlOf(endpoint, signal);
        return new OtlpTarget(
            isWhole || protocol == OtlpExportProtocol.Grpc ? url : Below(url, signal),
            protocol,
            HeadersOf(Value(configuration, signal, "HEADERS"), signal),
            int.TryParse(Value(configuration, signal, "TIMEOUT"), NumberStyles.None, CultureInfo.InvariantCulture, out var timeout)
                ? timeout
                : null);
    }

    /// <summary>Tells an exporter, which for its part knows only the variables that all signals share.</summary>
    public void Configure(OtlpExporterOptions exporter)
    {
        (exporter.Endpoint, exporter.Protocol, exporter.Headers) = (Endpoint, Protocol, Headers);
        exporter.TimeoutMilliseconds = TimeoutMilliseconds ?? exporter.TimeoutMilliseconds;
    }

    public override string ToString() => $"{Endpoint.Scheme}://{Endpoint.Authority}";

    private static string? Value(IConfiguration configuration, string signal, string name) =>
        configuration[$"{General}{signal}_{name}"] is { Length: > 0 } own ? own : configuration[General + name];

    private static bool IsWanted(IConfiguration configuration, string signal, ICollection<string> complaints)
    {
        var variable = $"OTEL_{signal}_EXPORTER";
        if (configuration[variable] is not { Length: > 0 } exporters)
        {
            return true;
        }

        var names = exporters.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Any(name => name is not ("otlp" or "none") && (signal, name) is not ("METRICS", "prometheus")))
        {
            complaints.Add($"{variable} names an exporter that there is not; there are otlp and none"); // Prometheus scrapes anyway.
        }

        return names.Contains("otlp");
    }

    private static OtlpExportProtocol ProtocolOf(string? protocol, ICollection<string> complaints)
    {
        switch (protocol)
        {
            case "grpc":
                return OtlpExportProtocol.Grpc;
            case null or "" or "http/protobuf":
                return OtlpExportProtocol.HttpProtobuf;
            default:
                complaints.Add("OTEL_EXPORTER_OTLP_PROTOCOL is neither grpc nor http/protobuf, which is used");
                return OtlpExportProtocol.HttpProtobuf; // At the same address as http/json.
        }
    }

    private static Uri UrlOf(string endpoint, string signal) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0
            ? url
            : throw new InvalidOperationException(
                $"The OTLP endpoint for {signal} is not an http or https URL without user name, such as http://collector:4318.");

    private static Uri Below(Uri url, string signal) =>
        new UriBuilder(url) { Path = $"{url.AbsolutePath.TrimEnd('/')}/v1/{signal.ToLowerInvariant()}" }.Uri;

    private static string? HeadersOf(string? headers, string signal) =>
        string.IsNullOrWhiteSpace(headers) ? null
        : headers.Split(',').All(header => header.IndexOf('=', StringComparison.Ordinal) > 0) ? headers
        : throw new InvalidOperationException($"The OTLP headers for {signal} are not a list such as name=value,name=value.");
}
