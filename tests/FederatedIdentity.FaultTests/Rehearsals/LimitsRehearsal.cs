using System.Collections.Concurrent;
using System.Diagnostics;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>
/// <c>./dev bench limits</c>: twenty clients ask three replicas for more than a budget allows, with Redis and without it, and what was
/// let through in any ten seconds is counted. Redis is watched for how often a request asks it anything.
/// </summary>
internal static class LimitsRehearsal
{
    private const int Clients = 20;
    private const int PerSecond = 100;
    private const double Tolerance = 0.05;
    private const double ToleranceAlone = 2;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Refused = TimeSpan.FromMilliseconds(25);

    public static async Task<int> RunAsync(CancellationToken ct)
    {
        await using var deployment = await Deployment.StartAsync(
            settings => settings["FederatedIdentity__RateLimits__Operations__GetId"] = $"{PerSecond}");
        var budget = PerSecond * Window.TotalSeconds;

        var (shared, roundTrips) = await AskedOfRedisAsync(deployment, () => AcceptedAsync(deployment, ct));
        Console.WriteLine($"with Redis: {shared.Least} to {shared.Most} accepted in 10 s, budget {budget}");
        Console.WriteLine($"Redis: {roundTrips:0.00} round trips a request");

        await deployment.Redis.Program.KillAsync();
        await Task.Delay(Settling, ct);
        var alone = await AcceptedAsync(deployment, ct);
        Console.WriteLine($"without Redis: {alone.Least} to {alone.Most} accepted in 10 s, budget {budget}");

        var held = shared.Least >= budget * (1 - Tolerance) && shared.Most <= budget * (1 + Tolerance)
            && alone.Least >= budget / ToleranceAlone && alone.Most <= budget * ToleranceAlone && roundTrips <= 1;
        return held ? 0 : 1;
    }

    /// <summary>The least and the most that was accepted in any window.</summary>
    private static async Task<Accepted> AcceptedAsync(Deployment deployment, CancellationToken ct)
    {
        var accepted = new ConcurrentQueue<long>();
        var asked = 0;
        using var client = new WireClient(deployment.Address, TestServer.AccessKeyId, TestServer.SecretAccessKey);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(started) < Watch)
            {
                ct.ThrowIfCancellationRequested();
                var answer = await client.CallAsync("GetId", new { deployment.Stage.IdentityPoolId });
                Interlocked.Increment(ref asked);
                if (answer.Ok)
                {
                    accepted.Enqueue(Stopwatch.GetTimestamp());
                }
                else
                {
                    Assert.Equal("TooManyRequestsException", answer.Error);
                    await Task.Delay(Refused, ct);
                }
            }
        }));
        var times = accepted.Order().ToArray();
        var window = (long)(Window.TotalSeconds * Stopwatch.Frequency);
        var counts = times.Where(from => from + window <= times[^1])
            .Select(from => times.Count(time => time >= from && time < from + window))
            .ToArray();
        return new Accepted(counts.Min(), counts.Max(), asked);
    }

    /// <summary>What Redis was asked from outside for each request; what its scripts do inside is no round trip.</summary>
    private static async Task<(Accepted Accepted, double RoundTrips)> AskedOfRedisAsync(Deployment deployment, Func<Task<Accepted>> watched)
    {
        using var redis = await RedisWire.ConnectAsync(deployment.Redis.Port);
        await redis.CallAsync("MONITOR");
        var counting = redis.CountAsync(line => !line.Contains("lua]", StringComparison.Ordinal));
        var accepted = await watched();
        redis.Dispose();
        return (accepted, (double)await counting / accepted.Asked);
    }

    private sealed record Accepted(int Least, int Most, int Asked);
}
