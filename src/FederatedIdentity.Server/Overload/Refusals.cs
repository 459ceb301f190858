using System.Diagnostics.Metrics;

namespace FederatedIdentity.Server.Overload;

/// <summary>
/// Counts what is turned away, and tells the log about it once in five seconds however much that is: an overload must not become a flood
/// of lines.
/// </summary>
internal sealed partial class Refusals(IMeterFactory meters, TimeProvider clock, ILogger<Refusals> logger)
{
    public const string MeterName = "FederatedIdentity.Overload";

    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Counter<long> _refused = meters.Create(MeterName).CreateCounter<long>(
        "federated_identity.overload.refused", "{refusal}", "Calls and connections turned away, by reason.");

    private long _untold;
    private long _lastTold; // A timestamp of the clock; 0 before the first.

    /// <summary><paramref name="reason"/> is one of <see cref="RefusalReason"/>.</summary>
    public void Add(string reason, int count = 1)
    {
        _refused.Add(count, new KeyValuePair<string, object?>("reason", reason));
        Interlocked.Add(ref _untold, count);
        var (now, last) = (clock.GetTimestamp(), Volatile.Read(ref _lastTold));
        if ((last == 0 || clock.GetElapsedTime(last, now) >= Pause) && Interlocked.CompareExchange(ref _lastTold, now, last) == last)
        {
            Log.TurnedAway(logger, Interlocked.Exchange(ref _untold, 0), reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(50, LogLevel.Warning,
            "This replica is overloaded: {Count} calls or connections turned away since this was last said, the latest for {Reason}")]
        public static partial void TurnedAway(ILogger logger, long count, string reason);
    }
}
