using System.Text;

namespace FederatedIdentity.Server.Telemetry.Prometheus;

/// <summary>What Prometheus calls an instrument, by OpenTelemetry's rules, without the <c>_total</c> of counters; and its unit.</summary>
/// <remarks>https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/</remarks>
internal readonly record struct MetricName(string Name, string Unit)
{
    private const string Total = "_total";

    public static MetricName Of(string instrument, string? unit, FamilyKind kind)
    {
        var (name, words) = (Sanitize(instrument), Words(unit ?? "", kind));
        if (kind == FamilyKind.Counter && name.EndsWith(Total, StringComparison.Ordinal))
        {
            name = name[..^Total.Length];
        }

        return words.Length == 0 || name == words || name.EndsWith('_' + words, StringComparison.Ordinal)
            ? new(name, words)
            : new($"{name}_{words}", words);
    }

    /// <summary>Every run of what may not be in a name becomes one underscore; a name does not begin with a digit.</summary>
    public static string Sanitize(string text)
    {
        var name = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (char.IsAsciiLetterOrDigit(letter))
            {
                name.Append(letter);
            }
            else if (name.Length == 0 || name[^1] != '_')
            {
                name.Append('_');
            }
        }

        return name.Length == 0 || char.IsAsciiDigit(name[0]) ? $"_{name}" : name.ToString();
    }

    /// <summary>UCUM's abbreviations in words. What stands in braces is a remark and no unit.</summary>
    private static string Words(string unit, FamilyKind kind)
    {
        if (unit.StartsWith('{'))
        {
            return "";
        }

        var parts = unit.Split('/', 2);
        return parts.Length == 2
            ? $"{Word(parts[0])}_per_{Word(parts[1]).TrimEnd('s')}"
            : unit == "1" ? kind is FamilyKind.Gauge ? "ratio" : "" : Word(unit);
    }

    private static string Word(string unit) => unit switch
    {
        "" => "",
        "d" => "days",
        "h" => "hours",
        "min" => "minutes",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "By" => "bytes",
        "%" => "percent",
        _ => Sanitize(unit),
    };
}
