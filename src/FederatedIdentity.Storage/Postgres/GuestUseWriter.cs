using FederatedIdentity.Domain.Identities;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>Writes the noted uses of guests every now and then, and once more at shutdown.</summary>
internal sealed partial class GuestUseWriter(GuestUses uses, TimeProvider clock, ILogger<GuestUseWriter> logger) : BackgroundService
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryWriteAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryWriteAsync(stoppingToken);
        }
    }

    private async Task TryWriteAsync(CancellationToken ct)
    {
        try
        {
            await uses.WriteAsync(ct);
        }
        catch (Exception outage) when (outage is NpgsqlException or TimeoutException)
        {
            Log.NotWritten(logger, uses.Waiting, outage);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The last uses of {Count} guests could not be written. It will be tried again.")]
        public static partial void NotWritten(ILogger logger, int count, Exception outage);
    }
}
