using System.Buffers;
using System.Globalization;
using System.Text;

namespace FederatedIdentity.Server.Telemetry.Prometheus;

/// <summary>Writes metrics as Prometheus reads them: its text format 0.0.4, or OpenMetrics 1.0.</summary>
/// <remarks>
/// https://prometheus.io/docs/instrumenting/exposition_formats/,
/// https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md
/// </remarks>
internal sealed class Exposition(IBufferWriter<byte> output, bool openMetrics)
{
    public const string PlainType = "text/plain; version=0.0.4; charset=utf-8";
    public const string OpenType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    public void Write(MetricFamily family)
    {
        WriteHead(family);
        var name = family.Name.Name + (family.Kind == FamilyKind.Counter ? "_total" : "");
        foreach (var series in family.All())
        {
            if (series is HistogramSeries histogram)
            {
                Write(name, histogram);
            }
            else if (((SingleSeries)series).Value is { } value)
            {
                WriteSample(name, series.Labels, value);
            }
        }
    }

    public void End()
    {
        if (openMetrics)
        {
            Write("# EOF\n");
        }
    }

    private void WriteHead(MetricFamily family)
    {
        var name = family.Name.Name + (family.Kind == FamilyKind.Counter && !openMetrics ? "_total" : "");
        Write($"# TYPE {name} {TypeOf(family.Kind)}\n");
        if (openMetrics && family.Name.Unit.Length > 0)
        {
            Write($"# UNIT {name} {family.Name.Unit}\n");
        }

        Write($"# HELP {name} {Escape(family.Description)}\n");
    }

    private void Write(string name, HistogramSeries histogram)
    {
        var (bounds, below) = (histogram.Bounds, 0L);
        for (var bucket = 0; bucket <= bounds.Count; bucket++)
        {
            below += histogram.InBucket(bucket);
            var bound = bucket < bounds.Count ? Bound(bounds[bucket]) : "+Inf";
            WriteSample($"{name}_bucket", $"{histogram.Labels}{(histogram.Labels.Length > 0 ? "," : "")}le=\"{bound}\"", below);
        }

        WriteSample($"{name}_sum", histogram.Labels, histogram.Sum);
        WriteSample($"{name}_count", histogram.Labels, below); // The last bucket and the count must agree.
    }

    private void WriteSample(string name, string labels, double value)
    {
        Write(name);
        if (labels.Length > 0)
        {
            Write("{");
            Write(labels);
            Write("}");
        }

        Write(" ");
        Write(Number(value));
        Write("\n");
    }

    private void Write(string text) => Encoding.UTF8.GetBytes(text, output);

    private string Escape(string help)
    {
        var escaped = help.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
        return openMetrics ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    /// <summary>Always with a point, as OpenMetrics wants it and Prometheus 3 writes it: bounds are compared as text.</summary>
    private static string Bound(double bound) => Number(bound) is var text && text.AsSpan().ContainsAny('.', 'E') ? text : $"{text}.0";

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string TypeOf(FamilyKind kind) => kind switch
    {
        FamilyKind.Counter => "counter",
        FamilyKind.Histogram => "histogram",
        _ => "gauge",
    };
}
