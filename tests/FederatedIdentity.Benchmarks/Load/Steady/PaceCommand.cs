using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace FederatedIdentity.Benchmarks.Load.Steady;

/// <summary>
/// <c>pace</c>: sends requests at a rate that does not depend on how soon they are answered, as users do, which wrk cannot. A latency
/// begins when the request was due, not when a connection was free for it, so that a stall counts for all who would have met it.
/// </summary>
internal static class PaceCommand
{
    /// <summary>In the place of a rate: each connection sends its next request when the last one is answered, as wrk does.</summary>
    public const string AsFastAsAnswered = "unpaced";

    /// <summary>Begins a line that tells one of the bad answers, if there were some.</summary>
    public const string FailureLine = "failure ";

    public static int Run(string[] arguments)
    {
        var (port, file) = (int.Parse(arguments[0], CultureInfo.InvariantCulture), arguments[1]);
        var rate = arguments[2] == AsFastAsAnswered ? (double?)null : double.Parse(arguments[2], CultureInfo.InvariantCulture);
        var seconds = int.Parse(arguments[3], CultureInfo.InvariantCulture);
        var connections = int.Parse(arguments[4], CultureInfo.InvariantCulture);
        var requests = HttpText.Read(file);
        var timetable = new Timetable(rate, TimeSpan.FromSeconds(seconds)); // It begins soon, so whatever takes long is done.
        var senders = Enumerable.Range(0, connections)
            .Select(_ => new PacedSender(new IPEndPoint(IPAddress.Loopback, port), requests, timetable)).ToList();
        var threads = senders.ConvertAll(sender => new Thread(sender.Run, maxStackSize: 128 * 1024));
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Print(senders, timetable.Elapsed);
        return 0;
    }

    /// <summary>The line that requests.lua ends with: requests, duration, failures, p50, p99, and the longest.</summary>
    private static void Print(List<PacedSender> senders, TimeSpan elapsed)
    {
        var all = senders.SelectMany(sender => sender.Latencies).Order().ToList();
        var failed = senders.Sum(sender => sender.Failed);
        if (all.Count == 0)
        {
            throw new UnreachableException("Nothing was answered.");
        }

        if (senders.Find(sender => sender.Failed > 0) is { Failure: { } failure })
        {
            Console.WriteLine($"{FailureLine}{failure}");
        }

        Console.WriteLine(FormattableString.Invariant(
            $"result {all.Count} {elapsed.TotalMicroseconds:0} {failed} {all[all.Count / 2]} {all[(int)(all.Count * 0.99)]} {all[^1]}"));
    }
}
