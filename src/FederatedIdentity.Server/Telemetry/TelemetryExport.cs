using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace FederatedIdentity.Server.Telemetry;

/// <summary>
/// Begins to send telemetry before the first request, and after the last one sends what is left: for a moment, since a receiver that
/// hangs must not hold up the end of the process.
/// </summary>
internal sealed partial class TelemetryExport(
    TelemetrySettings settings, IServiceProvider services, ILogger<TelemetryExport> logger) : IHostedLifecycleService
{
    private const int FarewellMilliseconds = 2000;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var complaint in settings.Complaints)
        {
            Log.Complaint(logger, complaint);
        }

        if (settings.IsOff)
        {
            return Task.CompletedTask;
        }

        services.GetRequiredService<ExportTrouble>();
        services.GetService<TracerProvider>();
        services.GetService<MeterProvider>();
        Log.Sending(logger, settings.Traces, settings.Sampling?.Name, settings.Metrics, settings.Logs);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>When all that could have something to tell has stopped.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) => settings.IsOff
        ? Task.CompletedTask
        : Task.WhenAll(
            Task.Run(() => services.GetService<TracerProvider>()?.Shutdown(FarewellMilliseconds), CancellationToken.None),
            Task.Run(() => services.GetService<MeterProvider>()?.Shutdown(FarewellMilliseconds), CancellationToken.None),
            Task.Run(() => services.GetService<LoggerProvider>()?.Shutdown(FarewellMilliseconds), CancellationToken.None));

    private static partial class Log
    {
        [LoggerMessage(51, LogLevel.Warning, "{Complaint}.")]
        public static partial void Complaint(ILogger logger, string complaint);

        [LoggerMessage(52, LogLevel.Information,
            "Telemetry is sent by OTLP: traces to {Traces} ({Sampling}), metrics to {Metrics}, logs to {Logs}")]
        public static partial void Sending(ILogger logger, object? traces, string? sampling, object? metrics, object? logs);
    }
}
