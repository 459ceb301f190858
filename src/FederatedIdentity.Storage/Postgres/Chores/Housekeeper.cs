using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres.Chores;

/// <summary>
/// Does the chores, one after the other, on one replica at a time. Requests never depend on it. A chore that fails keeps no other from
/// its turn, and starts over with the next round.
/// </summary>
internal sealed partial class Housekeeper(
    HousekeepingLease lease, IEnumerable<IChore> chores, ChoreMetrics metrics, TimeProvider clock, ILogger<Housekeeper> logger)
    : BackgroundService
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Dictionary<IChore, long> _finished = [];
    private bool _isFailing;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await lease.ReleaseAsync(cancellationToken);
        }
        catch (Exception outage) when (outage is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            Log.NotReleased(logger, outage); // It runs out by itself.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.Expect(chores.Select(chore => chore.Name), clock.GetUtcNow());
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RoundAsync(stoppingToken);
                _isFailing = false;
            }
#pragma warning disable CA1031 // The database is away or has no schema yet, in whatever words: that must not stop a server.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (!_isFailing)
                {
                    _isFailing = true;
                    Log.NoLease(logger, e);
                }
            }
        }
    }

    /// <summary>All chores that are due, when it is this replica's turn.</summary>
    internal async Task RoundAsync(CancellationToken ct)
    {
        foreach (var chore in chores.Where(IsDue))
        {
            if (!await lease.HoldAsync(ct))
            {
                metrics.LeftToOthers(chore.Name);
                return;
            }

            await RunAsync(chore, ct);
        }
    }

    private bool IsDue(IChore chore) =>
        !_finished.TryGetValue(chore, out var finished) || clock.GetElapsedTime(finished) >= chore.Interval;

    private async Task RunAsync(IChore chore, CancellationToken ct)
    {
        var start = clock.GetTimestamp();
        try
        {
            var report = await chore.RunAsync(lease, ct);
            var duration = clock.GetElapsedTime(start);
            metrics.Ran(chore.Name, report, duration, clock.GetUtcNow());
            if (report.IsFinished)
            {
                _finished[chore] = clock.GetTimestamp();
            }

            if (report.Removed > 0)
            {
                Log.Removed(logger, chore.Name, report.Removed, (long)duration.TotalMilliseconds, report.Waiting);
            }
        }
#pragma warning disable CA1031 // As above; and whatever is wrong with one chore, the others have their turn.
        catch (Exception e) when (!ct.IsCancellationRequested)
#pragma warning restore CA1031
        {
            _finished[chore] = clock.GetTimestamp();
            metrics.Failed(chore.Name, clock.GetElapsedTime(start));
            Log.Failed(logger, chore.Name, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information,
            Message = "Housekeeping removed {Removed} rows of {Chore} in {Milliseconds} ms; {Waiting} wait")]
        public static partial void Removed(ILogger logger, string chore, long removed, long milliseconds, long waiting);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Housekeeping of {Chore} failed; trying again later")]
        public static partial void Failed(ILogger logger, string chore, Exception exception);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Cannot find out who keeps house; trying again until it works")]
        public static partial void NoLease(ILogger logger, Exception exception);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Housekeeping could not be handed on; it will be when its lease runs out")]
        public static partial void NotReleased(ILogger logger, Exception exception);
    }
}
