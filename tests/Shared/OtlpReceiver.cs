using System.Diagnostics;
using System.Text.Json.Nodes;

namespace FederatedIdentity.Tests.Shared;

/// <summary>A span as a receiver of OTLP understood it. Values of attributes are text; ids are hex, and empty when there is none.</summary>
public sealed record OtlpSpan(
    string Name,
    string Kind,
    string TraceId,
    string Id,
    string Parent,
    string Source,
    IReadOnlyDictionary<string, string> Attributes,
    string[] Links);

/// <summary>A log record as a receiver of OTLP understood it.</summary>
public sealed record OtlpLog(string Body, string Severity, string TraceId);

/// <summary>A receiver of OTLP, as a process of tests/Peers, which reads with OpenTelemetry's own definition of the messages.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler());
    private readonly Process _process;

    private OtlpReceiver(Process process, string[] addresses) => (_process, Url, GrpcUrl) = (process, addresses[0], addresses[1]);

    public string Url { get; }

    public string GrpcUrl { get; }

    public static async Task<OtlpReceiver> StartAsync()
    {
        var (process, ready) = await Peer.StartReadyAsync("otlp-receiver.mjs", new Dictionary<string, string?>());
        return new OtlpReceiver(process, ready.Split(' '));
    }

    /// <summary>From now on answers by HTTP have this status.</summary>
    public async Task AnswerWithAsync(int status)
    {
        using var body = new StringContent($"{status}");
        using var answer = await _http.PostAsync(new Uri($"{Url}/status"), body);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>All that came so far.</summary>
    public async Task<OtlpInbox> InboxAsync() => new(await _http.GetStringAsync(new Uri($"{Url}/received")));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Peer.StopAsync(_process);
    }
}

/// <summary>What a receiver of OTLP got.</summary>
public sealed class OtlpInbox(string text)
{
    private readonly JsonNode _all = JsonNode.Parse(text)!;

    /// <summary>Every name and value of everything.</summary>
    public string Text { get; } = text;

    public string TracesText => _all["traces"]!.ToJsonString();

    public string MetricsText => _all["metrics"]!.ToJsonString();

    public string[] Paths => [.. _all["paths"]!.AsArray().Select(Of)];

    public JsonArray Headers => _all["headers"]!.AsArray();

    /// <summary>What each sender says of itself.</summary>
    public IReadOnlyDictionary<string, string>[] Resources =>
    [
        .. Each(_all, "traces", "resourceSpans")
            .Concat(Each(_all, "metrics", "resourceMetrics"))
            .Concat(Each(_all, "logs", "resourceLogs"))
            .Select(part => Attributes(part["resource"]!)),
    ];

    public OtlpSpan[] Spans =>
    [
        .. from scope in Each(_all, "traces", "resourceSpans", "scopeSpans")
           from span in Each(scope, "spans")
           select new OtlpSpan(
               Of(span["name"]), Of(span["kind"]), Of(span["traceId"]), Of(span["spanId"]), Of(span["parentSpanId"]),
               Of(scope["scope"]!["name"]), Attributes(span), [.. Each(span, "links").Select(link => Of(link["traceId"]))]),
    ];

    public OtlpLog[] Logs =>
    [
        .. from log in Each(_all, "logs", "resourceLogs", "scopeLogs", "logRecords")
           select new OtlpLog(Of(log["body"]?["stringValue"]), Of(log["severityText"]), Of(log["traceId"])),
    ];

    public string[] Metrics => [.. AllMetrics.Select(metric => Of(metric["name"]))];

    /// <summary>Whole numbers that were sent of a metric, the last of them last.</summary>
    public string[] NumbersOf(string metric) => [.. PointsOf(metric).Select(point => Of(point["asInt"]))];

    /// <summary>Values that a metric's attribute has.</summary>
    public string[] ValuesOf(string metric, string attribute) =>
    [
        .. from point in PointsOf(metric)
           select Attributes(point).GetValueOrDefault(attribute, "")
           into value
           where value.Length > 0
           select value,
    ];

    private IEnumerable<JsonNode> AllMetrics => Each(_all, "metrics", "resourceMetrics", "scopeMetrics", "metrics");

    private IEnumerable<JsonNode> PointsOf(string metric) =>
        from found in AllMetrics
        where Of(found["name"]) == metric
        from shape in new[] { "sum", "gauge", "histogram" }
        where found[shape] is not null
        from point in Each(found, shape, "dataPoints")
        select point;

    private static IEnumerable<JsonNode> Each(JsonNode from, params string[] path) => path is [var name, .. var rest]
        ? from[name] switch
        {
            JsonArray many => many.SelectMany(one => Each(one!, rest)),
            JsonNode one => Each(one, rest),
            null => [],
        }
        : [from];

    private static Dictionary<string, string> Attributes(JsonNode owner) => Each(owner, "attributes")
        .ToDictionary(pair => Of(pair["key"]), pair => Of(pair["value"]!.AsObject().FirstOrDefault().Value));

    private static string Of(JsonNode? value) => value?.ToString() ?? "";
}
