using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// When each access key last signed a call. Calls only leave a note in memory, one for each key; the notes are written together now
/// and then, and once more at shutdown. What a crash loses is at most <see cref="Interval"/> old.
/// </summary>
public sealed partial class AccessKeyUses(NpgsqlDataSource db, TimeProvider clock, ILogger<AccessKeyUses> logger) : BackgroundService
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    // Rows are locked in one order, so that two replicas that write the same keys wait for rather than kill each other.
    internal const string WriteSql = """
        with used as (
            select * from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[]) as u (id, at, service, region)
        ), locked as materialized (
            select k.id, used.at, used.service, used.region
            from access_key k join used on used.id = k.id
            where k.last_used_at is null or k.last_used_at < used.at
            order by k.id
            for no key update of k
        )
        update access_key k set last_used_at = locked.at, last_used_service = locked.service, last_used_region = locked.region
        from locked where k.id = locked.id
        """;

    private readonly ConcurrentDictionary<string, Use> _uses = new(StringComparer.Ordinal);

    /// <summary>Notes a call that this key has just signed, successfully.</summary>
    public void Note(string accessKeyId, string service, string region) => _uses[accessKeyId] = new Use(clock.GetUtcNow(), service, region);

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

    /// <summary>Writes what was noted; a note that is newer by then stays for the next time.</summary>
    internal async Task WriteAsync(CancellationToken ct)
    {
        var notes = _uses.ToArray();
        if (notes is [])
        {
            return;
        }

        await using var command = db.CreateCommand(WriteSql);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. notes.Select(note => note.Key)] });
        command.Parameters.Add(new NpgsqlParameter<DateTime[]> { TypedValue = [.. notes.Select(note => note.Value.At.UtcDateTime)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. notes.Select(note => note.Value.Service)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. notes.Select(note => note.Value.Region)] });
        await command.ExecuteNonQueryAsync(ct);
        foreach (var note in notes)
        {
            _uses.TryRemove(note);
        }
    }

    private async Task TryWriteAsync(CancellationToken ct)
    {
        try
        {
            await WriteAsync(ct);
        }
        catch (Exception outage) when (outage is NpgsqlException or TimeoutException)
        {
            Log.NotWritten(logger, outage); // The notes are kept for the next time.
        }
    }

    private sealed record Use(DateTimeOffset At, string Service, string Region);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "When access keys were last used could not be written. It will be tried again.")]
        public static partial void NotWritten(ILogger logger, Exception outage);
    }
}
