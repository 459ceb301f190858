using System.Diagnostics.Tracing;

namespace FederatedIdentity.Server.Telemetry;

/// <summary>
/// Tells when telemetry does not reach its receiver, which OpenTelemetry otherwise keeps to itself: once in five minutes, and without the
/// text of what happened, which may quote URLs and headers.
/// </summary>
internal sealed partial class ExportTrouble(TimeProvider clock, ILogger<ExportTrouble> logger) : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private static readonly TimeSpan _pause = TimeSpan.FromMinutes(5);

    private long _last; // A timestamp of the clock; 0 before the first.

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter)
        {
            EnableEvents(eventSource, EventLevel.Warning);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // The constructor of the base class calls back before there is a clock.
        if (clock is not { } time || logger is not { } log)
        {
            return;
        }

        var (now, last) = (time.GetTimestamp(), Volatile.Read(ref _last));
        if ((last == 0 || time.GetElapsedTime(last, now) >= _pause) && Interlocked.CompareExchange(ref _last, now, last) == last)
        {
            Log.NotDelivered(log, eventData.EventName);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(50, LogLevel.Warning,
            "Telemetry does not reach its receiver ({Event}) and is dropped; nothing else depends on it. This is said every five minutes.")]
        public static partial void NotDelivered(ILogger logger, string? @event);
    }
}
