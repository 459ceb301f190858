using System.Globalization;
using System.Text;

namespace FederatedIdentity.Server.Telemetry.Prometheus;

/// <summary>A set of labels as it stands between braces: sorted by name, each name once, no value breaking out of its quotes.</summary>
internal static class LabelText
{
    /// <summary>A label that is longer is no label; what is cut off may make two of them one, which does no harm.</summary>
    private const int LongestValue = 128;

    public static string Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in tags)
        {
            if (Text(value) is { Length: > 0 } text) // An empty label is none.
            {
                labels[MetricName.Sanitize(name)] = text;
            }
        }

        return string.Join(',', labels.Select(label => $"{label.Key}=\"{Escape(label.Value)}\""));
    }

    private static string? Text(object? value)
    {
        var text = value switch
        {
            bool flag => flag ? "true" : "false",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value?.ToString(),
        };
        return text?.Length > LongestValue ? text[..LongestValue] : text;
    }

    private static string Escape(string value)
    {
        var escaped = new StringBuilder(value.Length);
        foreach (var letter in value)
        {
            escaped.Append(letter switch
            {
                '\\' => @"\\",
                '"' => "\\\"",
                '\n' => @"\n",
                _ => $"{letter}",
            });
        }

        return escaped.ToString();
    }
}
