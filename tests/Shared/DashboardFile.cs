using System.Text.Json.Nodes;

namespace FederatedIdentity.Tests.Shared;

/// <summary>One question that a panel of a dashboard asks Prometheus.</summary>
internal sealed record PanelQuery(string Dashboard, string Panel, string Expression)
{
    /// <summary>As Grafana sends it with everything chosen, and so many seconds to each point.</summary>
    public string For(string seconds) => Expression
        .Replace("$__rate_interval", seconds, StringComparison.Ordinal)
        .Replace("$__range", seconds, StringComparison.Ordinal)
        .Replace("$namespace", ".*", StringComparison.Ordinal)
        .Replace("$job", ".+", StringComparison.Ordinal)
        .Replace("$instance", ".+", StringComparison.Ordinal);

    public override string ToString() => $"{Dashboard}: {Panel}";
}

/// <summary>A dashboard of the chart.</summary>
internal sealed class DashboardFile
{
    private static readonly string Folder = Path.Combine(Peer.RepositoryRoot, "helm", "federated-identity", "files", "dashboards");

    private DashboardFile(string name, JsonObject json) => (Name, Json) = (name, json);

    public static IReadOnlyList<DashboardFile> All { get; } =
    [
        .. Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal)
            .Select(file => new DashboardFile(Path.GetFileName(file), JsonNode.Parse(File.ReadAllText(file))!.AsObject())),
    ];

    /// <summary>Of its file.</summary>
    public string Name { get; }

    public JsonObject Json { get; }

    /// <summary>In the order of the file; rows are panels too.</summary>
    public IEnumerable<JsonObject> Panels => Json["panels"]!.AsArray().Select(panel => panel!.AsObject());

    public IEnumerable<PanelQuery> Queries =>
        from panel in Panels
        from target in panel["targets"]?.AsArray() ?? []
        select new PanelQuery(Name, panel["title"]!.GetValue<string>(), target["expr"]!.GetValue<string>());

    public override string ToString() => Name;
}
