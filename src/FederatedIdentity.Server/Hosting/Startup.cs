using FederatedIdentity.Server.OpenId;
using FederatedIdentity.Server.Sts;
using FederatedIdentity.Storage.Postgres;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// Brings a replica from "listening" to "ready": waits for PostgreSQL and for a schema that is new enough, creates what the
/// configuration asks for, loads the signing keys, and then keeps them fresh. Outages are waited out; a wrong master key or
/// configuration ends the process.
/// </summary>
internal sealed partial class Startup(
    SchemaVersion schema,
    Bootstrap bootstrap,
    SigningKeyRing keys,
    SessionKeyRing sessionKeys,
    Readiness readiness,
    IServer server,
    IHostApplicationLifetime lifetime,
    ILogger<Startup> logger) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeyRefresh = TimeSpan.FromSeconds(2); // Two small queries; a retired key has to be forgotten soon.

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
        }
#pragma warning disable CA1031 // The host would stop with status 0, which reads as "done" to whoever started it.
        catch (Exception fatal) when (!stoppingToken.IsCancellationRequested)
        {
            Log.CannotGoOn(logger, fatal.Message, fatal);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
#pragma warning restore CA1031
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        await ListeningAsync(stoppingToken);
        await UntilItWorksAsync(PrepareAsync, stoppingToken);
        readiness.MarkStarted();
        Announce();
        using var timer = new PeriodicTimer(KeyRefresh);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await UntilItWorksAsync(RefreshAsync, stoppingToken);
        }
    }

    private async Task<bool> PrepareAsync(CancellationToken ct)
    {
        if (!await schema.IsCurrentAsync(ct))
        {
            Log.SchemaTooOld(logger);
            return false;
        }

        await bootstrap.RunAsync(ct);
        return await RefreshAsync(ct);
    }

    private async Task<bool> RefreshAsync(CancellationToken ct)
    {
        if (!await keys.LoadAsync(ct))
        {
            return false;
        }

        await sessionKeys.LoadAsync(ct);
        return true;
    }

    private async Task UntilItWorksAsync(Func<CancellationToken, Task<bool>> step, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                if (await step(ct))
                {
                    return;
                }
            }
            catch (Exception outage) when (PostgresFailure.IsOutage(outage))
            {
                Log.DatabaseUnavailable(logger, outage);
            }

            await Task.Delay(RetryDelay, ct);
        }
    }

    private Task ListeningAsync(CancellationToken ct)
    {
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lifetime.ApplicationStarted.Register(() => listening.TrySetResult());
        return listening.Task.WaitAsync(ct);
    }

    /// <summary>People and scripts wait for this line; it says where to call even when the port was left to the system.</summary>
    private void Announce()
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(HttpVersions.IsReachable);
        Console.Out.WriteLine($"Federated Identity is ready on {address}");
    }

    private static partial class Log
    {
        [LoggerMessage(10, LogLevel.Warning, "The database schema is older than this version needs: run the migrate verb. Waiting.")]
        public static partial void SchemaTooOld(ILogger logger);

        [LoggerMessage(11, LogLevel.Warning, "PostgreSQL is not available. Waiting.")]
        public static partial void DatabaseUnavailable(ILogger logger, Exception outage);

        [LoggerMessage(12, LogLevel.Critical, "This server cannot go on, and stops: {Reason}")]
        public static partial void CannotGoOn(ILogger logger, string reason, Exception fatal);
    }
}
