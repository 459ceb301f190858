using System.Text.RegularExpressions;

namespace FederatedIdentity.IntegrationTests.Hosting;

/// <summary>What <c>docs/telemetry.md</c> promises of every metric: its name, its type, its labels and what values they have.</summary>
internal sealed partial class MetricsDocument
{
    // The sets that are no list.
    private static readonly Dictionary<string, string> _forms = new()
    {
        ["status"] = "[1-5][0-9]{2}",
        ["port"] = "[0-9]{1,5}",
        ["version"] = @"[0-9]+\.[0-9]+\.[0-9]+[a-z0-9.-]*",
    };

    private readonly Dictionary<string, string[]> _sets;

    private MetricsDocument(string[] lines)
    {
        _sets = lines.Select(line => SetRow().Match(line)).Where(row => row.Success)
            .ToDictionary(row => row.Groups[1].Value, row => Quoted(row.Groups[2].Value));
        Metrics = lines.Select(line => MetricRow().Match(line)).Where(row => row.Success)
            .ToDictionary(row => row.Groups[1].Value, row => new Promise(row.Groups[2].Value, Labels(row.Groups[3].Value)));
    }

    /// <summary>By Prometheus name.</summary>
    public IReadOnlyDictionary<string, Promise> Metrics { get; }

    public static async Task<MetricsDocument> ReadAsync()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "FederatedIdentity.sln")))
        {
            folder = folder.Parent;
        }

        return new MetricsDocument(await File.ReadAllLinesAsync(Path.Combine(folder.FullName, "docs", "telemetry.md")));
    }

    private Dictionary<string, Regex> Labels(string cell) => cell == "–"
        ? []
        : cell.Split("; ").Select(label => label.Split(": ", 2)).ToDictionary(label => label[0].Trim('`'), label => Values(label[1]));

    private Regex Values(string text)
    {
        var set = text.Trim('*');
        var form = _forms.TryGetValue(set, out var pattern)
            ? pattern
            : string.Join('|', (set == text ? Quoted(text) : _sets[set]).Select(Regex.Escape));
        return new Regex($"^(?:{form})$");
    }

    private static string[] Quoted(string text) => [.. QuotedText().Matches(text).Select(match => match.Groups[1].Value)];

    internal sealed record Promise(string Type, IReadOnlyDictionary<string, Regex> Labels);

    [GeneratedRegex(@"^\| `(\w+)` \| `[\w.]+` \| (\w+) \| [^|]+ \| ([^|]+) \| [^|]+ \|$")]
    private static partial Regex MetricRow();

    [GeneratedRegex(@"^\| \*(\w+)\* \| (.+) \|$")]
    private static partial Regex SetRow();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex QuotedText();
}
