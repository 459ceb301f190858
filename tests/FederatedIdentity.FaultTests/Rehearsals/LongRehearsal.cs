namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>
/// <c>./dev bench faults [word...]</c>: every fault, or those whose names contain a word, each watched for half a minute. Prints the
/// table of docs/reliability.md as it grows; the status is 1 when anything was lost or a promise broken.
/// </summary>
internal static class LongRehearsal
{
    /// <summary>What is left of the throughput without Redis.</summary>
    private const double LeastWithoutRedis = 0.7;

    public static async Task<int> RunAsync(string[] words, CancellationToken ct)
    {
        var breaches = new List<string>();
        using var clock = FakeClock.IsAvailable ? new FakeClock() : null;
        await using var rehearsal = await Rehearsal.StartAsync(KeyFaults.Hasten, clock);
        Console.WriteLine(Outcome.Header);
        foreach (var fault in FaultList.Of(words))
        {
            var outcome = await rehearsal.RunAsync(fault, Pace.Long, ct);
            Console.WriteLine(outcome.Row);
            if (outcome.Errors.Length > 0)
            {
                Console.Error.WriteLine($"  {outcome.Errors}");
            }

            breaches.AddRange(Breaches(fault, outcome).Select(breach => $"{fault}: {breach}"));
        }

        foreach (var breach in breaches)
        {
            Console.Error.WriteLine(breach);
        }

        return breaches.Count == 0 ? 0 : 1;
    }

    private static IEnumerable<string> Breaches(Fault fault, Outcome outcome)
    {
        const int Shown = 20;
        foreach (var violation in outcome.Violations.Take(Shown))
        {
            yield return violation;
        }

        if (outcome.Violations.Count > Shown)
        {
            yield return $"and {outcome.Violations.Count - Shown} more";
        }

        if (fault.IsUnnoticed && outcome.Watched.Failed > 0)
        {
            yield return $"users noticed: {outcome.Errors}";
        }

        if (fault == RedisFaults.Kill && outcome.During.PerSecond < LeastWithoutRedis * outcome.Before.PerSecond)
        {
            yield return $"{outcome.During.PerSecond:0} requests a second without Redis, {outcome.Before.PerSecond:0} with it";
        }
    }
}
