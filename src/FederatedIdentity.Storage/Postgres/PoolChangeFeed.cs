using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// Tells this replica's pool catalog, a few times a second, which pools changed, whoever changed them; and how far it can vouch for that.
/// Whenever it cannot be sure to have heard everything, the catalog forgets everything.
/// </summary>
internal sealed partial class PoolChangeFeed(
    [FromKeyedServices(PoolChangeFeed.Connection)] NpgsqlDataSource db,
    NpgsqlPoolCatalog catalog,
    PoolMetrics metrics,
    TimeProvider clock,
    ILogger<PoolChangeFeed> logger) : BackgroundService
{
    /// <summary>The key of a data source for polls alone: they must not queue behind requests just when the server is busy.</summary>
    internal const string Connection = "pool changes";

    /// <summary>Twice within <see cref="NpgsqlPoolCatalog.FeedMaxAge"/> and some, so that one slow poll costs nothing.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(400);

    /// <summary>How long a poll may take before the next one tries another connection.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private PoolChangePoll.Mark? _seen;
    private bool _isFailing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await PollAsync(stoppingToken);
            }
#pragma warning disable CA1031 // The database is away or has no schema yet, in whatever words: the catalog does without.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Failed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Reads once and applies it.</summary>
    internal async Task PollAsync(CancellationToken ct)
    {
        // Until this poll has succeeded nothing is certain any more: the one after a failure starts over.
        var last = _seen;
        _seen = null;
        var asOf = clock.GetTimestamp();
        if (await PoolChangePoll.ReadAsync(db, last, ct) is not { } poll)
        {
            Failed(null);
            return;
        }

        if (poll.IsComplete)
        {
            catalog.Forget(poll.Changes);
        }
        else
        {
            catalog.ForgetAll();
        }

        _seen = poll.Seen;
        catalog.VouchFor(asOf);
        metrics.KnownUntil(asOf);
        metrics.Polled(poll.IsComplete ? "current" : "restarted");
        if (_isFailing)
        {
            _isFailing = false;
            Log.Recovered(logger);
        }
    }

    private void Failed(Exception? outage)
    {
        metrics.Polled("failed");
        if (!_isFailing)
        {
            _isFailing = true;
            Log.Failed(logger, outage);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning,
            Message = "Changes of pools cannot be read from a primary server. Until they can, pools are read again every second.")]
        public static partial void Failed(ILogger logger, Exception? outage);

        [LoggerMessage(Level = LogLevel.Information, Message = "Changes of pools can be read again")]
        public static partial void Recovered(ILogger logger);
    }
}
