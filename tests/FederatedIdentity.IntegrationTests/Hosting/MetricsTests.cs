using System.Diagnostics;
using System.Text.RegularExpressions;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Hosting;

/// <summary>What a replica that does its work says at <c>/metrics</c>, against what the documentation says of it.</summary>
[Collection(nameof(WireTests))]
public sealed partial class MetricsTests(ServerFixture deployment) : IAsyncLifetime
{
    private static readonly string[] _namedByOthers =
        ["db_client_connection_count", "dotnet_process_cpu_count", "dotnet_thread_pool_thread_count"]; // OpenTelemetry's names.

    // What the server does on its own may happen for the first time just now.
    private static readonly string[] _ownPace = ["federated_identity_housekeeping_duration", "db_client_", "federated_identity_redis_"];

    private static readonly HttpClient _http = new(new SocketsHttpHandler());

    private readonly Uri _management = new($"http://127.0.0.1:{ServerProcess.FreePort()}");
    private RedisProcess? _redis;
    private ServerProcess? _server;

    public async Task InitializeAsync()
    {
        _redis = await RedisProcess.StartAsync();
        var port = ServerProcess.FreePort();
        var settings = TestServer.Settings(deployment.Database, port, $"http://127.0.0.1:{port}", deployment.Oidc);
        settings["FederatedIdentity__Management__Port"] = $"{_management.Port}";
        settings["FederatedIdentity__RateLimits__Enabled"] = "true";
        settings["FederatedIdentity__RateLimits__PerSource"] = "0"; // The flood is to get through.
        settings["ConnectionStrings__Redis"] = _redis.ConnectionString;
        _server = await ServerProcess.StartAsync(settings);
        await WorkAsync();
    }

    [Fact]
    public async Task Names_types_and_labels_are_those_of_the_document()
    {
        var document = await MetricsDocument.ReadAsync();
        var text = await ScrapeAsync();
        var types = TypeLine().Matches(text).ToDictionary(line => line.Groups[1].Value, line => line.Groups[2].Value);

        Assert.Equal(
            document.Metrics.Select(metric => $"{metric.Key} {metric.Value.Type}").Order(),
            types.Select(type => $"{type.Key} {type.Value}").Order());
        foreach (var sample in Samples(text))
        {
            var (name, labels) = Split(sample);
            var promise = document.Metrics[types.GetValueOrDefault(name) is null ? Suffix().Replace(name, "") : name];
            var shown = labels.Keys.Where(label => label != "le").ToArray();
            Assert.Empty(shown.Except(promise.Labels.Keys));
            Assert.All(shown, label => Assert.Matches(promise.Labels[label], labels[label]));
        }
    }

    [Fact]
    public async Task Every_documented_label_is_there()
    {
        var seen = new HashSet<string>();
        foreach (var sample in Samples(await ScrapeAsync()))
        {
            var (name, labels) = Split(sample);
            seen.UnionWith(labels.Keys.SelectMany(label => new[] { $"{name} {label}", $"{Suffix().Replace(name, "")} {label}" }));
        }

        string[] afterTrouble = // No refusal by a limit, no opaque token, and the chores are not due yet.
        [
            "federated_identity_rate_limits_refusals_total", "federated_identity_providers_token_cache_lookups_total",
            "federated_identity_housekeeping_duration_seconds", "db_client_operation_failed_total",
            "db_client_connection_npgsql_timeouts_total", "db_client_connection_npgsql_pending_requests",
        ];

        var missing = (await MetricsDocument.ReadAsync()).Metrics
            .Where(metric => !afterTrouble.Contains(metric.Key))
            .SelectMany(metric => metric.Value.Labels.Keys.Select(label => $"{metric.Key} {label}"))
            .Where(promise => !seen.Contains(promise));

        Assert.Empty(missing);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/openmetrics-text; version=1.0.0")]
    public async Task Prometheus_own_checker_reads_it(string accept)
    {
        var text = await ScrapeAsync(accept);

        var (status, complaints) = await PromtoolAsync(text.Replace("# EOF\n", "", StringComparison.Ordinal));

        Assert.True(status is 0 or 3, complaints); // 3: it read it, and has something to say about style.
        Assert.Empty(complaints.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => accept == "text/plain" && !_namedByOthers.Any(name => line.Contains(name, StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_flood_of_strange_requests_adds_no_series()
    {
        await StrangeAsync(0);
        await ScrapeAsync();
        var before = Samples(await ScrapeAsync()).Select(Name).ToHashSet();

        for (var number = 1; number < 40; number++)
        {
            await StrangeAsync(number);
        }

        Assert.Empty(Samples(await ScrapeAsync()).Select(Name)
            .Where(name => !before.Contains(name) && !_ownPace.Any(own => name.StartsWith(own, StringComparison.Ordinal))));
    }

    [Fact]
    public async Task The_port_of_clients_has_no_metrics()
    {
        using var answer = await _http.GetAsync(new Uri(_server!.BaseAddress, "/metrics"));

        Assert.Equal(404, (int)answer.StatusCode);
    }

    public async Task DisposeAsync()
    {
        await _server!.DisposeAsync();
        await _redis!.DisposeAsync();
    }

    private async Task WorkAsync()
    {
        using var client = TestServer.Client(_server!);
        var pool = await deployment.OidcPoolAsync();
        var logins = await deployment.LoginAsync("metrics");
        var identity = await client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = logins });
        Assert.True(identity.Ok, identity.Text);
        Assert.True((await client.CallAsync("GetOpenIdToken", new { IdentityId = identity["IdentityId"], Logins = logins })).Ok);
        Answers.IsError("NotAuthorizedException", await client.CallAsync("GetOpenIdToken", new { IdentityId = identity["IdentityId"] }));
    }

    private async Task StrangeAsync(int number)
    {
        foreach (var request in new[]
        {
            $"GET /{number}/x?{number} HTTP/1.1\r\nHost: h{number}.example\r\n\r\n",
            $"X{number} / HTTP/1.1\r\nHost: h{number}\r\n\r\n",
            RawConnection.Post($"Get{number}", "{}"),
            $"GET /?Action=A{number}&Version=2011-06-15 HTTP/1.1\r\nHost: x\r\n\r\n",
            RawConnection.Post(
                "GetId", $$"""{"IdentityPoolId":"us-east-1:{{number}}"}""", $"User-Agent: {number}\r\nX-Forwarded-Host: {number}\r\n"),
        })
        {
            using var connection = await RawConnection.OpenAsync(_server!.BaseAddress);
            await connection.SendAsync(request);
            Assert.InRange((await connection.ReadAsync()).Status, 400, 499);
        }
    }

    private async Task<string> ScrapeAsync(string accept = "*/*")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_management, "/metrics"));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await _http.SendAsync(request);
        Assert.Equal(accept == "*/*" ? "text/plain" : accept.Split(';')[0], answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<(int Status, string Complaints)> PromtoolAsync(string text)
    {
        var program = Environment.GetEnvironmentVariable("FEDERATED_IDENTITY_TEST_PROMTOOL") is { Length: > 0 } path ? path : "promtool";
        var start = new ProcessStartInfo(program, "check metrics")
        {
            RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true,
        };
        using var promtool = Process.Start(start)!;
        var complaints = promtool.StandardError.ReadToEndAsync();
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        await promtool.WaitForExitAsync();
        return (promtool.ExitCode, await complaints);
    }

    private static IEnumerable<string> Samples(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#');

    private static string Name(string sample) => sample[..sample.LastIndexOf(' ')];

    private static (string Name, Dictionary<string, string> Labels) Split(string sample)
    {
        var brace = sample.IndexOf('{', StringComparison.Ordinal);
        return brace < 0
            ? (Name(sample), [])
            : (sample[..brace], Label().Matches(sample).ToDictionary(label => label.Groups[1].Value, label => label.Groups[2].Value));
    }

    [GeneratedRegex(@"^# TYPE (\w+) (\w+)$", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex("_(?:bucket|sum|count)$")]
    private static partial Regex Suffix();

    [GeneratedRegex("(\\w+)=\"([^\"]*)\"")]
    private static partial Regex Label();
}
