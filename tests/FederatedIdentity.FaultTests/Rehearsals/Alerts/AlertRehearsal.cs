using System.Diagnostics;
using System.Globalization;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals.Alerts;

/// <summary>
/// <c>./dev bench alerts [word...]</c>: lets every fault happen, or those that a word names, waits until the alerts that are to tell of it
/// fire in a real Prometheus, and until none does any more. Then everything that the dashboards and rules ask is asked. The status is 1 when
/// an alert did not fire or did not end, fired for no reason, or a question has no answer.
/// </summary>
internal static class AlertRehearsal
{
    private const int MeasuringThreads = 64; // Callers, proxies and providers share this process, and must not wait for a thread.

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    public static async Task<int> RunAsync(string[] words, CancellationToken ct)
    {
        ThreadPool.SetMinThreads(MeasuringThreads, MeasuringThreads);
        var breaches = new List<string>();
        await using var bed = await AlertBed.StartAsync();
        Console.WriteLine("| alert | how | fired after | over after |\n|---|---|---|---|");
        foreach (var drill in AlertDrills.Of(words))
        {
            breaches.AddRange(await RunAsync(bed, drill, ct));
        }

        if (words.Length == 0)
        {
            foreach (var alert in AlertDrills.NotHere)
            {
                Console.WriteLine($"| {alert} | its fault cannot be made on this machine | – | – |");
            }

            breaches.AddRange(NeverDrilled());
            breaches.AddRange(await new Questions(bed.Prometheus).UnansweredAsync(ct));
        }

        breaches.ForEach(Console.Error.WriteLine);
        return breaches.Count == 0 ? 0 : 1;
    }

    private static async Task<IEnumerable<string>> RunAsync(AlertBed bed, AlertDrill drill, CancellationToken ct)
    {
        var early = await UntilAsync(bed, drill.Alerts, firing: false, Stopwatch.GetTimestamp(), ct);
        if (early.Count < drill.Alerts.Length)
        {
            return drill.Alerts.Except(early.Keys).Select(alert => $"{drill}: {alert} fired before");
        }

        var began = Stopwatch.GetTimestamp();
        await drill.BeginAsync(bed);
        var fired = await UntilAsync(bed, drill.Alerts, firing: true, began, ct);
        var ended = Stopwatch.GetTimestamp();
        await drill.EndAsync(bed);
        var over = await UntilAsync(bed, drill.Alerts, firing: false, ended, ct);
        foreach (var alert in drill.Alerts)
        {
            Console.WriteLine($"| {alert} | {drill} | {Words(fired, alert)} | {Words(over, alert)} |");
        }

        return drill.Alerts.Where(alert => !fired.ContainsKey(alert)).Select(alert => $"{drill}: {alert} did not fire")
            .Concat(drill.Alerts.Where(alert => !over.ContainsKey(alert)).Select(alert => $"{drill}: {alert} did not end"));
    }

    /// <summary>When each alert was first seen to fire, or not to fire any more; those that are missing never were.</summary>
    private static async Task<Dictionary<string, TimeSpan>> UntilAsync(
        AlertBed bed, string[] alerts, bool firing, long since, CancellationToken ct)
    {
        var seen = new Dictionary<string, TimeSpan>();
        while (seen.Count < alerts.Length && Stopwatch.GetElapsedTime(since) < Patience)
        {
            var now = await bed.Prometheus.FiringAsync(ct);
            foreach (var alert in alerts.Where(alert => now.Contains(alert) == firing))
            {
                seen.TryAdd(alert, Stopwatch.GetElapsedTime(since));
            }

            await Task.Delay(Look, ct);
        }

        return seen;
    }

    private static IEnumerable<string> NeverDrilled() => AlertFile.Alerts
        .Where(alert => !alert.NeedsKubernetes && !AlertDrills.NotHere.Contains(alert.Name) && !AlertDrills.All.Any(drill => drill.Alerts.Contains(alert.Name)))
        .Select(alert => $"{alert.Name}: no drill");

    private static string Words(Dictionary<string, TimeSpan> seen, string alert) =>
        seen.TryGetValue(alert, out var after) ? string.Create(CultureInfo.InvariantCulture, $"{after.TotalSeconds:0} s") : "never";
}
