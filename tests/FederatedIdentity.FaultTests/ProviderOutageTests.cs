using System.Diagnostics;
using System.Globalization;
using FederatedIdentity.Tests.Shared;
using Xunit.Abstractions;

namespace FederatedIdentity.FaultTests;

/// <summary>Three issuers are out of order in three ways while users of a fourth go on logging in.</summary>
[Collection(nameof(Faults))]
public sealed class ProviderOutageTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Rounds = 4;
    private const int Subjects = 50;
    private const int HealthyPerSecond = 100;
    private const int BrokenPerSecond = 30;
    private const int MeasuringThreads = 32;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);

    /// <summary>The five seconds that a login may wait for its provider, and what a busy machine adds.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(7);

    private readonly RawHost[] _broken =
    [
        RawHost.Start((_, _) => Task.Delay(Timeout.Infinite)),
        RawHost.Start((socket, _) => RawHost.ResetAsync(socket)),
        RawHost.Start((socket, _) => RawHost.AnswerAsync(
            socket, "HTTP/1.1 200 OK\r\nContent-Length: 12\r\nConnection: close\r\n\r\n<html>sorry\n")),
    ];

    private TestDatabase? _database;
    private TokenMint? _healthy;
    private ServerProcess? _server;
    private WireClient? _client;
    private string _pool = "";

    public async Task InitializeAsync()
    {
        // Load and broken providers share this process. With a thread a core, the load waited up to two seconds for one, which looked like
        // slow logins.
        ThreadPool.SetMinThreads(MeasuringThreads, MeasuringThreads);
        _healthy = await TokenMint.StartAsync();
        _database = await TestDatabase.CreateAsync();
        var settings = TestServer.Settings(_database, ServerProcess.FreePort(), "http://127.0.0.1:8080");
        string[] issuers = [_healthy.Issuer, .. _broken.Select(host => host.Url)];
        foreach (var issuer in issuers)
        {
            TestServer.Register(settings, issuer, TokenMint.ClientId);
        }

        await TestServer.MigrateAsync(settings);
        _server = await ServerProcess.StartAsync(settings);
        _client = TestServer.Client(_server);
        var arns = issuers.Select(issuer => $"arn:aws:iam::000000000000:oidc-provider/{new Uri(issuer).Authority}");
        _pool = (await _client.CallAsync(
            "CreateIdentityPool",
            new { IdentityPoolName = "drill", AllowUnauthenticatedIdentities = false, OpenIdConnectProviderARNs = arns }))["IdentityPoolId"];
    }

    [Fact]
    public async Task Broken_providers_do_not_slow_down_the_logins_of_a_healthy_one()
    {
        var healthy = Enumerable.Range(0, Subjects).Select(i => _healthy!.Login("user-" + i.ToString(CultureInfo.InvariantCulture))).ToList();
        var broken = _broken.Select(host => new Dictionary<string, string>
        {
            [new Uri(host.Url).Authority] = _healthy!.Token("user", host.Url),
        }).ToList();
        _ = await LoadAsync(healthy, HealthyPerSecond); // Creates the identities, and warms up.

        var (alone, disturbed, answers) = (new List<Login>(), new List<Login>(), new List<Login>());
        var (throughput, tails) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            // In turns and in either order, so that whatever else this machine does meets both alike.
            Task<Login[]>? disturbance = null;
            Login[] quiet = [];
            Login[] noisy = [];
            foreach (var disturb in new[] { round % 2 == 1, round % 2 == 0 })
            {
                disturbance = disturb ? LoadAsync(broken, BrokenPerSecond) : null;
                var logins = await LoadAsync(healthy, HealthyPerSecond);
                answers.AddRange(disturbance is null ? [] : await disturbance);
                (quiet, noisy) = disturb ? (quiet, logins) : (logins, noisy);
            }

            alone.AddRange(quiet);
            disturbed.AddRange(noisy);
            throughput.Add(PerSecond(noisy) / PerSecond(quiet));
            tails.Add(Percentile(noisy, 0.99) / Percentile(quiet, 0.99));
        }

        Report(alone, disturbed, answers);
        output.WriteLine("throughput disturbed / alone: " + Spread(throughput));
        output.WriteLine("p99 disturbed / alone, round by round: " + Spread(tails));
        Assert.All(alone.Concat(disturbed), login => Assert.True(login.Answer.Ok, login.Answer.Text));
        Assert.All(answers, login => Assert.Equal((400, "ExternalServiceException"), (login.Answer.Status, login.Answer.Error)));
        Assert.All(answers, login => Assert.True(login.Took < Deadline, login.Took.ToString()));
        Assert.All(_broken, host => Assert.InRange(host.Connections, 1, answers.Count / _broken.Length / 4));
    }

    public async Task DisposeAsync()
    {
        _client?.Dispose();
        foreach (var host in _broken)
        {
            host.Dispose();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_healthy is not null)
        {
            await _healthy.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    /// <summary>
    /// Logs in at a steady rate, whether or not earlier logins were answered, and measures from the moment each was due: slow answers
    /// must not lessen the load that finds them.
    /// </summary>
    private async Task<Login[]> LoadAsync(List<Dictionary<string, string>> logins, int perSecond)
    {
        var count = (int)(Window.TotalSeconds * perSecond);
        var pending = new List<Task<Login>>(count);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / perSecond);
            var early = due - Stopwatch.GetElapsedTime(began);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early);
            }

            pending.Add(LogInAsync(logins[i % logins.Count], began, due));
        }

        return await Task.WhenAll(pending);
    }

    private async Task<Login> LogInAsync(Dictionary<string, string> login, long began, TimeSpan due)
    {
        var answer = await _client!.CallAsync("GetId", new { IdentityPoolId = _pool, Logins = login });
        return new Login(answer, due, Stopwatch.GetElapsedTime(began));
    }

    private static double PerSecond(Login[] logins) => logins.Length / logins.Max(login => login.Done).TotalSeconds;

    private static double Percentile(IReadOnlyCollection<Login> logins, double share) =>
        logins.Select(login => login.Took.TotalMilliseconds).Order().ElementAt((int)(logins.Count * share));

    private static string Spread(List<double> ratios) => string.Create(
        CultureInfo.InvariantCulture,
        $"min {ratios.Min():0.000}, median {ratios.Order().ElementAt(ratios.Count / 2):0.000}, max {ratios.Max():0.000}");

    private void Report(List<Login> alone, List<Login> disturbed, List<Login> answers)
    {
        foreach (var share in new[] { 0.5, 0.99 })
        {
            var (quiet, noisy) = (Percentile(alone, share), Percentile(disturbed, share));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"p{share * 100:0}: alone {quiet:0.0} ms, disturbed {noisy:0.0} ms, ratio {noisy / quiet:0.00}"));
        }

        output.WriteLine($"broken logins: {answers.Count}, slowest {answers.Max(login => login.Took).TotalSeconds:0.0} s");
        output.WriteLine($"calls that hung: {_broken[0].Connections}, were reset: {_broken[1].Connections}, got garbage: {_broken[2].Connections}");
    }

    /// <summary>One login: its answer, and when it was due and done, from the beginning of its window.</summary>
    private sealed record Login(WireAnswer Answer, TimeSpan Due, TimeSpan Done)
    {
        public TimeSpan Took => Done - Due;
    }
}
