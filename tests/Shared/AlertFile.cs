using System.Text.RegularExpressions;

namespace FederatedIdentity.Tests.Shared;

/// <summary>One rule of the chart's rule file: what it is called, what it asks, and what it says.</summary>
/// <param name="Name">Of the alert, or of the series that is recorded.</param>
/// <param name="IsAlert">False for a series that is recorded.</param>
/// <param name="Expression">In Prometheus' query language.</param>
/// <param name="Text">The rule as it stands in the file.</param>
internal sealed record PrometheusRule(string Name, bool IsAlert, string Expression, string Text)
{
    /// <summary>It asks kube-state-metrics, which knows what no replica does.</summary>
    public bool NeedsKubernetes => Text.Contains("needs: kube-state-metrics", StringComparison.Ordinal);
}

/// <summary>
/// The chart's rule file. It is read as the text that it is, in the one form in which it is written: promtool is who knows all of YAML,
/// and checks the same file.
/// </summary>
internal static partial class AlertFile
{
    public static string Location { get; } = Path.Combine(Peer.RepositoryRoot, "helm", "federated-identity", "files", "alerts.yaml");

    public static IReadOnlyList<PrometheusRule> Rules { get; } = Read(File.ReadAllText(Location));

    public static IEnumerable<PrometheusRule> Alerts => Rules.Where(rule => rule.IsAlert);

    private static List<PrometheusRule> Read(string file) => [.. RuleText().Matches(file).Select(match => new PrometheusRule(
        match.Groups["name"].Value, match.Groups["kind"].Value == "alert", match.Groups["expression"].Value, match.Value))];

    /// <summary>From its name to the next rule or group; the expression is what is indented below <c>expr: |</c>.</summary>
    [GeneratedRegex(@"^ {6}- (?<kind>alert|record): (?<name>\S+)\n {8}expr: \|\n(?<expression>(?: {10}.*\n)+)(?: {8}.*\n|\n(?= {8}))*", RegexOptions.Multiline)]
    private static partial Regex RuleText();
}
