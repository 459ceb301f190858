using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// Between the signal to stop and the drain, the replica is not ready any more and serves all the same: whoever still sends it calls has
/// not heard yet. Each HTTP/1.1 connection that is used meanwhile ends after its call, of which its client is told in the answer, so that
/// few are left to be closed at the drain. HTTP/2 has no such way to say so: what a client sends at that moment would be lost. A second
/// signal ends the wait.
/// </summary>
internal sealed partial class ShutdownDelay(
    IOptions<ShutdownOptions> options, Readiness readiness, TimeProvider clock, ILogger<ShutdownDelay> logger) : IHostedLifecycleService
{
    public static void Use(WebApplication app)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        app.Use((http, next) =>
        {
            if (stopping.IsCancellationRequested && !HttpProtocol.IsHttp2(http.Request.Protocol))
            {
                http.Response.Headers.Connection = "close";
            }

            return next(http);
        });
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var delay = options.Value.Delay;
        if (delay == TimeSpan.Zero || !readiness.HasStarted)
        {
            return; // Nobody sends calls to a replica that never was ready.
        }

        using var hurry = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Hurry);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Hurry);
        Log.Leaving(logger, delay);
        await Task.Delay(delay, clock, hurry.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        void Hurry(PosixSignalContext signal)
        {
            signal.Cancel = true; // The drain is still to come.
            hurry.Cancel();
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(14, LogLevel.Information, "Told to stop: not ready from now on, and draining in {Delay}.")]
        public static partial void Leaving(ILogger logger, TimeSpan delay);
    }
}
