using System.Globalization;
using FederatedIdentity.Tests.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.Benchmarks;

/// <summary>
/// What telemetry costs: the CPU time of a real server for a GetId of a known login, one of the cheapest calls there are, without
/// telemetry and with it. Within a round servers take many short turns, forward and backward, so that whatever else the machine does
/// meets all of them alike; a round is longer than what they have waits before it is sent, and read when it is over, so that sending
/// counts as well.
/// </summary>
internal static class TelemetryCost
{
    private const int Rounds = 15;
    private const int WarmRounds = 8; // Until the compiler has seen what is hot, of a tenth of the calls too.
    private const int TurnsPerRound = 16;
    private const int CallsPerTurn = 160;
    private const int CallsPerRound = TurnsPerRound * CallsPerTurn;
    private const int Callers = 8;
    private const string Without = "without telemetry";
    private static readonly TimeSpan _leastRound = TimeSpan.FromSeconds(6); // Spans and log records wait for five at most.

    private static readonly (string Name, Dictionary<string, string?> Settings)[] _candidates =
    [
        (Without, []),
        ("without telemetry, once more", []), // What is measured of nothing.
        ("traces of 10 %", new() { ["OTEL_METRICS_EXPORTER"] = "none", ["OTEL_LOGS_EXPORTER"] = "none" }),
        ("traces of 10 %, metrics, logs", []),
        ("traces of all", new()
        {
            ["OTEL_TRACES_SAMPLER"] = "always_on", ["OTEL_METRICS_EXPORTER"] = "none", ["OTEL_LOGS_EXPORTER"] = "none",
        }),
    ];

    public static async Task<int> RunAsync()
    {
        await using var issuer = await BenchIssuer.StartAsync();
        await using var database = await TestDatabase.CreateAsync();
        await using var receiver = await StartReceiverAsync();
        var (status, log) = await ServerProcess.RunAsync(Settings(database, issuer), "migrate");
        if (status != 0)
        {
            Console.Error.WriteLine(log);
            return 1;
        }

        var callers = new List<LoginLoad>();
        foreach (var (name, own) in _candidates)
        {
            var settings = Settings(database, issuer);
            settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = name.StartsWith(Without, StringComparison.Ordinal) ? null : receiver.Urls.Single();
            foreach (var (variable, value) in own)
            {
                settings[variable] = value;
            }

            callers.Add(await LoginLoad.StartAsync(settings, issuer));
        }

        await CompareAsync(callers);
        foreach (var caller in callers)
        {
            await caller.DisposeAsync();
        }

        return 0;
    }

    private static async Task CompareAsync(List<LoginLoad> servers)
    {
        var rounds = new List<double[]>();
        for (var round = -WarmRounds; round < Rounds; round++)
        {
            var before = servers.ConvertAll(server => server.CpuTime);
            var least = Task.Delay(_leastRound);
            for (var turn = 0; turn < TurnsPerRound; turn++)
            {
                await TakeTurnsAsync(servers, backward: (round + turn) % 2 != 0);
            }

            await least;
            if (round >= 0)
            {
                rounds.Add([.. servers.Select((server, index) => (server.CpuTime - before[index]).TotalMicroseconds / CallsPerRound)]);
            }
        }

        Print(rounds);
    }

    private static async Task TakeTurnsAsync(List<LoginLoad> servers, bool backward)
    {
        foreach (var server in backward ? Enumerable.Reverse(servers) : servers)
        {
            await server.CallAsync(CallsPerTurn, Callers);
        }
    }

    /// <summary>Ratios are taken within a round; the last one is that of all rounds together.</summary>
    private static void Print(List<double[]> rounds)
    {
        for (var i = 0; i < _candidates.Length; i++)
        {
            var micros = rounds.Select(times => times[i]).Order().ElementAt(Rounds / 2);
            var ratios = rounds.Select(times => times[i] / times[0]).Order().ToList();
            var whole = rounds.Sum(times => times[i]) / rounds.Sum(times => times[0]);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{_candidates[i].Name,-32} {micros,8:0.0} µs a call   "
                + $"ratio min {ratios[0]:0.000}  median {ratios[Rounds / 2]:0.000}  max {ratios[^1]:0.000}  of all {whole:0.000}"));
        }
    }

    private static Dictionary<string, string?> Settings(TestDatabase database, BenchIssuer issuer)
    {
        var url = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        return new()
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_URLS"] = url,
            ["ConnectionStrings__Postgres"] = database.ConnectionString,
            ["FederatedIdentity__Issuer"] = url,
            ["FederatedIdentity__MasterKey"] = Convert.ToBase64String(new byte[32]),
            ["FederatedIdentity__RateLimits__Enabled"] = "false",
            ["FederatedIdentity__Bootstrap__AccessKeyId"] = LoginLoad.AccessKeyId,
            ["FederatedIdentity__Bootstrap__SecretAccessKey"] = LoginLoad.SecretAccessKey,
            ["FederatedIdentity__OpenIdConnectProviders__0__Url"] = issuer.Url,
            ["FederatedIdentity__OpenIdConnectProviders__0__ClientIds__0"] = BenchIssuer.ClientId,
            ["FederatedIdentity__Outbound__AllowedPrivateHosts__0"] = new Uri(issuer.Url).Authority,
        };
    }

    /// <summary>Takes whatever comes, at once.</summary>
    public static async Task<WebApplication> StartReceiverAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(http => http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted));
        await app.StartAsync();
        return app;
    }
}
