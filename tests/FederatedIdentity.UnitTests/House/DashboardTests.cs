using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.House;

/// <summary>What makes a dashboard usable before anybody has seen it: Grafana says nothing about a panel that lies below another one.</summary>
public sealed class DashboardTests
{
    private const int Columns = 24;

    private static readonly string[] Variables = ["datasource", "namespace", "job", "instance"];

    public static TheoryData<string> Names => [.. DashboardFile.All.Select(dashboard => dashboard.Name)];

    [Fact]
    public void There_is_one_for_each_of_what_operators_ask() => Assert.Equal(
        ["capacity.json", "keys.json", "limits.json", "providers.json", "service-health.json"],
        DashboardFile.All.Select(dashboard => dashboard.Name));

    [Fact]
    public void None_replaces_another() => Assert.Equal(
        DashboardFile.All.Count, DashboardFile.All.Select(dashboard => Text(dashboard.Json["uid"])).Distinct().Count());

    [Theory]
    [MemberData(nameof(Names))]
    public void Numbers_of_panels_are_used_once(string name)
    {
        var ids = Named(name).Panels.Select(panel => panel["id"]!.GetValue<int>()).ToArray();

        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Panels_lie_side_by_side(string name)
    {
        var taken = new HashSet<(int X, int Y)>();
        foreach (var panel in Named(name).Panels)
        {
            var place = panel["gridPos"]!;
            var (left, top) = (place["x"]!.GetValue<int>(), place["y"]!.GetValue<int>());
            var (width, height) = (place["w"]!.GetValue<int>(), place["h"]!.GetValue<int>());
            Assert.InRange(left, 0, Columns - width);
            foreach (var cell in Enumerable.Range(left, width).SelectMany(x => Enumerable.Range(top, height).Select(y => (x, y))))
            {
                Assert.True(taken.Add(cell), $"{Text(panel["title"])} lies on another panel.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_panel_asks_the_chosen_data_source_and_says_what_it_shows(string name) =>
        Assert.All(Named(name).Panels.Where(panel => Text(panel["type"]) != "row"), panel =>
        {
            Assert.NotEmpty(Text(panel["description"]));
            Assert.NotEmpty(Text(panel["fieldConfig"]!["defaults"]!["unit"]));
            Assert.NotEmpty(panel["targets"]!.AsArray());
            Assert.All(panel["targets"]!.AsArray().Append(panel), asking => Assert.Equal("$datasource", Text(asking!["datasource"]!["uid"])));
        });

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_question_is_narrowed_to_what_was_chosen(string name) => Assert.Empty(Named(name).Queries
        .Where(query => !query.Expression.Contains("namespace=~\"$namespace\", job=~\"$job\", instance=~\"$instance\"", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_can_be_chosen_on_every_dashboard(string name) => Assert.Equal(
        Variables, Named(name).Json["templating"]!["list"]!.AsArray().Select(variable => Text(variable!["name"])));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_runbook_that_is_linked_exists(string name)
    {
        var links = Named(name).Panels.Append(Named(name).Json).SelectMany(one => one["links"]?.AsArray() ?? [])
            .Select(link => Text(link!["url"])).Where(url => url.Length > 0).ToArray();

        Assert.NotEmpty(links);
        Assert.All(links, url => Assert.True(File.Exists(Path.Combine(Peer.RepositoryRoot, url)), url));
    }

    [Fact]
    public void Every_alert_can_be_seen_coming() // Those that ask Kubernetes are about what no replica exposes.
    {
        var linked = DashboardFile.All.SelectMany(dashboard => dashboard.Panels).SelectMany(panel => panel["links"]?.AsArray() ?? [])
            .Select(link => Path.GetFileNameWithoutExtension(Text(link!["url"]))).ToHashSet();

        Assert.Empty(AlertFile.Alerts.Where(alert => !alert.NeedsKubernetes && !linked.Contains(alert.Name)).Select(alert => alert.Name));
    }

    private static DashboardFile Named(string name) => DashboardFile.All.Single(dashboard => dashboard.Name == name);

    private static string Text(JsonNode? node) => node!.GetValue<string>();
}
