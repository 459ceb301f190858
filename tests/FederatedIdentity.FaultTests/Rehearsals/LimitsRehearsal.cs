using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>
/// <c>./dev bench limits</c>: twenty clients ask three replicas for more than a budget allows, with Redis and without it, and what was
/// let through in any ten seconds is counted. Before, Redis is watched for how often a request asks it anything.
/// </summary>
internal static class LimitsRehearsal
{
    private const int Clients = 20;
    private const int PerSecond = 100;
    private const double Tolerance = 0.05;
    private const double ToleranceAlone = 2;
    private const int Requests = 1000;
    private const double MostRoundTrips = 1.02; // What Redis is asked anyway is not the same in any two moments.

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Refused = TimeSpan.FromMilliseconds(25);

    public static async Task<int> RunAsync(CancellationToken ct)
    {
        await using var deployment = await Deployment.StartAsync(
            settings => settings["FederatedIdentity__RateLimits__Operations__GetId"] = $"{PerSecond}");
        var budget = PerSecond * Window.TotalSeconds;

        var roundTrips = await RoundTripsAsync(deployment);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Redis: {roundTrips:0.00} round trips a request"));
        var shared = await AcceptedAsync(deployment, ct);
        Console.WriteLine($"with Redis: {shared.Least} to {shared.Most} accepted in 10 s, budget {budget}");

        await deployment.Redis.Program.KillAsync();
        await Task.Delay(Settling, ct);
        var alone = await AcceptedAsync(deployment, ct);
        Console.WriteLine($"without Redis: {alone.Least} to {alone.Most} accepted in 10 s, budget {budget}");

        var held = roundTrips <= MostRoundTrips
            && shared.Least >= budget * (1 - Tolerance) && shared.Most <= budget * (1 + Tolerance)
            && alone.Least >= budget / ToleranceAlone && alone.Most <= budget * ToleranceAlone;
        return held ? 0 : 1;
    }

    /// <summary>
    /// The least and the most that was accepted in any window. A call was let through some time between its begin and its end, so the
    /// least counts what may have been in the window, and the most what was there for certain.
    /// </summary>
    private static async Task<Accepted> AcceptedAsync(Deployment deployment, CancellationToken ct)
    {
        var accepted = new ConcurrentQueue<(long Began, long Ended)>();
        using var client = new WireClient(deployment.Address, TestServer.AccessKeyId, TestServer.SecretAccessKey);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(started) < Watch)
            {
                ct.ThrowIfCancellationRequested();
                var began = Stopwatch.GetTimestamp();
                var answer = await client.CallAsync("GetId", new { deployment.Stage.IdentityPoolId });
                if (answer.Ok)
                {
                    accepted.Enqueue((began, Stopwatch.GetTimestamp()));
                }
                else
                {
                    Assert.Equal("TooManyRequestsException", answer.Error);
                    await Task.Delay(Refused, ct);
                }
            }
        }));
        var calls = accepted.ToArray();
        var window = (long)(Window.TotalSeconds * Stopwatch.Frequency);
        var last = calls.Max(call => call.Ended);
        var windows = calls.Select(call => call.Began).Where(from => from + window <= last).ToArray();
        return new Accepted(
            windows.Min(from => calls.Count(call => call.Ended >= from && call.Began < from + window)),
            windows.Max(from => calls.Count(call => call.Began >= from && call.Ended < from + window)));
    }

    /// <summary>What Redis is asked for each of many requests, less what it is asked anyway in the same time.</summary>
    private static async Task<double> RoundTripsAsync(Deployment deployment)
    {
        using var client = new WireClient(deployment.Address, TestServer.AccessKeyId, TestServer.SecretAccessKey);
        var guest = (await client.CallAsync("GetId", new { deployment.Stage.IdentityPoolId }))["IdentityId"];
        var started = Stopwatch.GetTimestamp();
        var busy = await AskedOfRedisAsync(deployment, async () =>
        {
            for (var request = 0; request < Requests; request++)
            {
                var answer = await client.CallAsync("GetOpenIdToken", new { IdentityId = guest });
                Assert.True(answer.Ok, answer.Text);
            }
        });
        var idle = await AskedOfRedisAsync(deployment, () => Task.Delay(Stopwatch.GetElapsedTime(started)));
        return (double)(busy - idle) / Requests;
    }

    /// <summary>Commands from outside; what scripts do inside of Redis is no round trip.</summary>
    private static async Task<int> AskedOfRedisAsync(Deployment deployment, Func<Task> meanwhile)
    {
        using var redis = await RedisWire.ConnectAsync(deployment.Redis.Port);
        await redis.CallAsync("MONITOR");
        var counting = redis.CountAsync(line => !line.Contains(" lua]", StringComparison.Ordinal));
        await meanwhile();
        redis.Dispose();
        return await counting;
    }

    private sealed record Accepted(int Least, int Most);
}
