using System.Diagnostics;
using System.Text.RegularExpressions;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;
using Xunit.Abstractions;

namespace FederatedIdentity.IntegrationTests.Telemetry;

/// <summary>
/// Alerts and dashboards ask for metrics by their names, and a name that nobody exposes is an alert that never fires. The long form is
/// <c>./dev bench alerts</c>, in which they do.
/// </summary>
[Collection(nameof(WireTests))]
public sealed partial class QuestionTests(ServerFixture deployment, ITestOutputHelper output)
{
    private const string Promtool = "FEDERATED_IDENTITY_TEST_PROMTOOL";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string Rules = Path.Combine(Peer.RepositoryRoot, "deploy", "prometheus");

    [Fact]
    public async Task Every_metric_that_alerts_and_dashboards_ask_for_is_exposed()
    {
        await using var redis = await RedisProcess.StartAsync();
        var port = ServerProcess.FreePort();
        var management = ServerProcess.FreePort();
        var settings = TestServer.Settings(deployment.Database, port, $"http://127.0.0.1:{port}", deployment.Oidc);
        settings["ConnectionStrings__Redis"] = redis.ConnectionString;
        settings["FederatedIdentity__Management__Port"] = $"{management}";
        await using var server = await ServerProcess.StartAsync(settings);
        await VisitAsync(server);
        var asked = AlertFile.Rules.Select(rule => rule.Expression)
            .Concat(DashboardFile.All.SelectMany(dashboard => dashboard.Queries).Select(query => query.Expression))
            .SelectMany(PromQl.Metrics)
            .Where(name => name != "up" && !name.StartsWith("kube_", StringComparison.Ordinal) && !name.Contains(':', StringComparison.Ordinal))
            .ToHashSet();

        var missing = await MissingAsync(asked, new Uri($"http://127.0.0.1:{management}/metrics"));

        Assert.InRange(asked.Count, 40, 200); // Or nothing was read.
        Assert.Empty(missing);
    }

    [Theory]
    [InlineData("check", "rules", "alerts.yaml")]
    [InlineData("test", "rules", "alerts.test.yaml")]
    public async Task Promtool_finds_nothing_wrong_with_the_alerts(params string[] arguments)
    {
        var start = new ProcessStartInfo(PrivateProgram.NamedBy(Promtool), arguments)
        {
            WorkingDirectory = Rules, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var promtool = Process.Start(start)!;
        var complaints = promtool.StandardError.ReadToEndAsync();
        output.WriteLine(await promtool.StandardOutput.ReadToEndAsync());
        output.WriteLine(await complaints);
        await promtool.WaitForExitAsync();

        Assert.Equal(0, promtool.ExitCode);
    }

    /// <summary>Some meters begin with the first who needs them.</summary>
    private async Task VisitAsync(ServerProcess server)
    {
        using var client = TestServer.Client(server);
        var pool = await deployment.OidcPoolAsync();
        var login = await deployment.LoginAsync("somebody who is counted");
        var identity = await client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = login });
        Assert.True(identity.Ok, identity.Text);
        var token = await client.CallAsync("GetOpenIdToken", new { IdentityId = identity["IdentityId"], Logins = login });
        Assert.True(token.Ok, token.Text);
    }

    /// <summary>Housekeeping has its turn after some seconds, so it may take a while until nothing is missing.</summary>
    private static async Task<IReadOnlyCollection<string>> MissingAsync(IReadOnlySet<string> asked, Uri address)
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var missing = asked.Except(Exposed(await http.GetStringAsync(address))).Order(StringComparer.Ordinal).ToArray();
            if (missing.Length == 0 || Stopwatch.GetElapsedTime(started) > Patience)
            {
                return missing;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
    }

    /// <summary>What is announced: of what did not happen yet, a counter with labels has nothing to show.</summary>
    private static HashSet<string> Exposed(string metrics) => [.. Announced().Matches(metrics).SelectMany(match =>
        match.Groups[2].Value == "histogram"
            ? new[] { "_bucket", "_count", "_sum" }.Select(suffix => match.Groups[1].Value + suffix)
            : [match.Groups[1].Value])];

    [GeneratedRegex(@"^# TYPE (\S+) (\w+)$", RegexOptions.Multiline)]
    private static partial Regex Announced();
}
