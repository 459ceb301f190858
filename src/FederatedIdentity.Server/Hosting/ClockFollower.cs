using Npgsql;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// Compares the clock of this replica with PostgreSQL's once a second, first before the replica is ready. While PostgreSQL cannot be
/// asked, the clock goes on as it is.
/// </summary>
internal sealed partial class ClockFollower(SharedClock clock, NpgsqlDataSource database, ILogger<ClockFollower> logger)
    : BackgroundService
{
    private static readonly TimeSpan _period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await CompareAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await CompareAsync(stoppingToken);
        }
    }

    private async Task CompareAsync(CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(_patience);
        try
        {
            await using var command = database.CreateCommand("select clock_timestamp()");
            var asked = clock.GetTimestamp();
            if (await command.ExecuteScalarAsync(deadline.Token) is DateTime theirs && clock.Compare(theirs, asked) is { } wrong)
            {
                Log.Set(logger, wrong);
            }
        }
        catch (Exception unanswered) when (unanswered is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            // An outage is reported where it matters; the clock needs no answer to go on.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            13, LogLevel.Warning, "The clock was ahead of PostgreSQL's by {Wrong}, and was set to it. Check the time of both machines.")]
        public static partial void Set(ILogger logger, TimeSpan wrong);
    }
}
