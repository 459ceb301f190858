using System.Globalization;
using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals.Alerts;

/// <summary>A real Prometheus on a loopback port, which reads the replicas' metrics every second and knows the chart's rules.</summary>
internal sealed class PrometheusProcess : IAsyncDisposable
{
    public const string Job = "federated-identity";
    private const string Variable = "FEDERATED_IDENTITY_TEST_PROMETHEUS";

    private readonly PrivateProgram _program;
    private readonly string _folder;
    private readonly HttpClient _http;

    private PrometheusProcess(PrivateProgram program, string folder)
    {
        (_program, _folder) = (program, folder);
        _http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri($"http://127.0.0.1:{program.Port}") };
    }

    /// <param name="rules">Text of a rule file.</param>
    /// <param name="targets">Loopback ports with <c>/metrics</c>.</param>
    public static async Task<PrometheusProcess> StartAsync(string rules, IEnumerable<int> targets)
    {
        var folder = Directory.CreateTempSubdirectory("federated-identity-prometheus-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "rules.yml"), rules);
        var configuration = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(configuration, Configuration(targets));
        var port = ServerProcess.FreePort();
        var program = await PrivateProgram.StartAsync(
            Variable, port, $"--config.file={configuration}", $"--storage.tsdb.path={Path.Combine(folder, "data")}",
            $"--web.listen-address=127.0.0.1:{port}", "--log.level=warn");
        return new PrometheusProcess(program, folder);
    }

    /// <summary>What an instant query answers; one that is not valid throws, with what Prometheus says of it.</summary>
    public Task<JsonArray> QueryAsync(string query, CancellationToken ct) =>
        ResultAsync("query", $"query={Uri.EscapeDataString(query)}", ct);

    /// <summary>The same at a point every five seconds, for the last so many minutes.</summary>
    public Task<JsonArray> HistoryAsync(string query, int minutes, CancellationToken ct)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return ResultAsync("query_range", $"query={Uri.EscapeDataString(query)}&start={now - minutes * 60}&end={now}&step=5", ct);
    }

    /// <summary>Names of the alerts that fire now.</summary>
    public async Task<IReadOnlySet<string>> FiringAsync(CancellationToken ct)
    {
        var alerts = await QueryAsync("""group by (alertname) (ALERTS{alertstate="firing"})""", ct);
        return alerts.Select(alert => alert!["metric"]!["alertname"]!.GetValue<string>()).ToHashSet();
    }

    /// <summary>Names of all metrics that were ever read or recorded here.</summary>
    public async Task<IReadOnlySet<string>> NamesAsync(CancellationToken ct)
    {
        var answer = await GetAsync("label/__name__/values", "", ct);
        return answer["data"]!.AsArray().Select(name => name!.GetValue<string>()).ToHashSet();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _program.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<JsonArray> ResultAsync(string kind, string question, CancellationToken ct) =>
        (await GetAsync(kind, question, ct))["data"]!["result"]!.AsArray();

    private async Task<JsonNode> GetAsync(string path, string question, CancellationToken ct)
    {
        using var answer = await _http.GetAsync(new Uri($"/api/v1/{path}?{question}", UriKind.Relative), ct);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(ct))!;
        return body["status"]!.GetValue<string>() == "success" ? body : throw new FormatException(body["error"]!.GetValue<string>());
    }

    private static string Configuration(IEnumerable<int> targets) => string.Create(CultureInfo.InvariantCulture, $"""
        global:
          scrape_interval: 1s
          scrape_timeout: 1s
          evaluation_interval: 1s
        rule_files: [rules.yml]
        scrape_configs:
          - job_name: {Job}
            static_configs:
              - targets: [{string.Join(", ", targets.Select(port => $"\"127.0.0.1:{port}\""))}]
                labels:
                  namespace: rehearsal
        """);
}
