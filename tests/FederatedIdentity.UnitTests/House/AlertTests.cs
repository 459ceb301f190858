using System.Text.RegularExpressions;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.House;

/// <summary>An alert that nobody knows what to do about is noise, and a runbook without an alert is never opened.</summary>
public sealed partial class AlertTests
{
    private static readonly string Runbooks = Path.Combine(Peer.RepositoryRoot, "docs", "runbooks");
    private static readonly string[] Chapters = ["## What users see", "## Make sure", "## What to do", "## It is over when", "## It means nothing when"];

    [Fact]
    public void Every_rule_of_the_file_was_read() => // Or the other tests would hold of nothing.
        Assert.Equal(RuleLine().Count(File.ReadAllText(AlertFile.Location)), AlertFile.Rules.Count(rule => rule.Expression.Length > 0));

    [Fact]
    public void Every_alert_has_a_page_and_every_page_an_alert() => Assert.Equal(
        AlertFile.Alerts.Select(alert => $"{alert.Name}.md").Order(StringComparer.Ordinal), Pages().Order(StringComparer.Ordinal));

    [Fact]
    public void Every_page_says_the_same_things_in_the_same_order() => Assert.Empty(Pages().Where(page =>
    {
        var text = File.ReadAllText(Path.Combine(Runbooks, page));
        return !text.StartsWith($"# {page[..^3]}\n", StringComparison.Ordinal)
            || !Chapters.SequenceEqual(Chapter().Matches(text).Select(match => match.Value));
    }));

    [Fact]
    public void The_index_has_every_alert_with_its_severity()
    {
        var index = IndexRow().Matches(File.ReadAllText(Path.Combine(Runbooks, "README.md")))
            .Select(match => $"{match.Groups["name"].Value} {match.Groups["severity"].Value}");

        Assert.Equal(AlertFile.Alerts.Select(alert => $"{alert.Name} {Severity(alert)}").Order(StringComparer.Ordinal), index.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_page_names_the_severity_of_its_alert() => Assert.Empty(AlertFile.Alerts.Where(alert =>
        !File.ReadAllText(Path.Combine(Runbooks, $"{alert.Name}.md")).Contains($"\nSeverity {Severity(alert)}.", StringComparison.Ordinal)));

    [Fact]
    public void Every_alert_says_what_happened_and_where_to_read_on() => Assert.Empty(AlertFile.Alerts.Where(alert =>
        !alert.Text.Contains("          summary: ", StringComparison.Ordinal)
        || !alert.Text.Contains("          description: ", StringComparison.Ordinal)
        || !alert.Text.Contains($"          runbook_url: docs/runbooks/{alert.Name}.md\n", StringComparison.Ordinal)));

    /// <summary>The chart narrows the rules to its release by replacing this text.</summary>
    [Fact]
    public void Every_selector_of_our_metrics_can_be_narrowed_to_a_release() => Assert.Empty(AlertFile.Rules
        .SelectMany(rule => Selector().Matches(rule.Expression).Select(match => match.Value))
        .Where(selector => selector.StartsWith("kube_", StringComparison.Ordinal)
            ? !selector.Contains("=~\".*federated-identity.*\"", StringComparison.Ordinal)
            : !selector.Contains("{job=~\".+\"", StringComparison.Ordinal)));

    [Fact]
    public void Every_metric_is_asked_for_with_a_selector() => Assert.Empty(AlertFile.Rules
        .SelectMany(rule => PromQl.Metrics(rule.Expression)
            .Where(name => !name.Contains(':', StringComparison.Ordinal))
            .Where(name => Regex.Count(rule.Expression, $@"\b{name}\b(?!\{{)") > 0)
            .Select(name => $"{rule.Name}: {name}")));

    [Fact]
    public void Results_say_whose_they_are() => Assert.Empty(AlertFile.Rules.Where(rule =>
        !rule.NeedsKubernetes && !rule.Expression.Contains("by (namespace, job", StringComparison.Ordinal)
        && !rule.Expression.Contains("job:federated_identity_", StringComparison.Ordinal)));

    [Fact]
    public void What_is_recorded_is_what_is_asked_for()
    {
        var asked = AlertFile.Rules.SelectMany(rule => PromQl.Metrics(rule.Expression)).Where(name => name.StartsWith("job:", StringComparison.Ordinal));

        Assert.Equal(
            AlertFile.Rules.Where(rule => !rule.IsAlert).Select(rule => rule.Name).Order(StringComparer.Ordinal),
            asked.Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>promtool runs these; here it is seen that none was forgotten.</summary>
    [Fact]
    public void Every_alert_has_a_test_in_which_it_fires()
    {
        var tests = File.ReadAllText(Path.Combine(Peer.RepositoryRoot, "deploy", "prometheus", "alerts.test.yaml"));

        Assert.Empty(AlertFile.Alerts.Where(alert => !tests.Contains(
            $"- labels: 'ALERTS{{alertname=\"{alert.Name}\",alertstate=\"firing\",severity=\"{Severity(alert)}\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""sum by (a, b) (rate(x_total{l="y_total", m=~"a}b"}[5m])) / on (a) group_left z > bool 1e3""", "x_total z")]
    [InlineData("""histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m]))) or 0 * job:y:rate5m""", "job:y:rate5m x_bucket")]
    [InlineData("""time() - max without (instance) (x) offset 5m and y unless z""", "x y z")]
    public void Names_of_metrics_are_found_in_expressions(string expression, string names) =>
        Assert.Equal(names, string.Join(' ', PromQl.Metrics(expression).Order(StringComparer.Ordinal)));

    private static IEnumerable<string> Pages() =>
        Directory.GetFiles(Runbooks, "*.md").Select(file => Path.GetFileName(file)).Where(file => file != "README.md");

    private static string Severity(PrometheusRule alert) => SeverityLine().Match(alert.Text).Groups[1].Value;

    [GeneratedRegex(@"^\s*- (alert|record): ", RegexOptions.Multiline)]
    private static partial Regex RuleLine();

    [GeneratedRegex("^## .+$", RegexOptions.Multiline)]
    private static partial Regex Chapter();

    [GeneratedRegex(@"^\| \[(?<name>\w+)\]\(\k<name>\.md\) \| (?<severity>\w+) \| .+ \|$", RegexOptions.Multiline)]
    private static partial Regex IndexRow();

    [GeneratedRegex(@"^ {10}severity: (critical|warning)$", RegexOptions.Multiline)]
    private static partial Regex SeverityLine();

    [GeneratedRegex("""\b[a-z_:]+\{(?:[^}"]|"[^"]*")*\}""")]
    private static partial Regex Selector();
}
