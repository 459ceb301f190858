using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// The statements that go on for long, whether or not somebody still waits for them. One that its server still works on is left alone: the
/// server has timeouts of its own, and a commit that was told to stop waiting for its standby would be visible, and lost with the
/// primary. Only what will never be answered, because the server or the session is gone, gives its connection up.
/// </summary>
internal sealed partial class Stragglers(PostgresConnection settings, PostgresHosts hosts, TimeProvider clock, ILogger<Stragglers> logger)
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private const int PatienceSeconds = 2;

    private const string BackendsSql = "select pid from pg_stat_activity where backend_type = 'client backend'";

    private readonly ConcurrentDictionary<Statement, Task> _left = [];
    private readonly ConcurrentDictionary<(string? Host, int Port), StrongBox<long>> _answers = [];

    private int _watching;

    public void Add(Statement statement, Task ended)
    {
        _left[statement] = ended;
        if (Interlocked.Exchange(ref _watching, 1) == 0)
        {
            _ = Task.Run(WatchAsync);
        }
    }

    /// <summary>Somebody was answered by the server of this statement, so it is there, however long others wait.</summary>
    public void Answered(Statement statement) =>
        Volatile.Write(ref _answers.GetOrAdd((statement.Host, statement.Port), static _ => new()).Value, clock.GetTimestamp());

    private async Task WatchAsync()
    {
        do
        {
            while (!_left.IsEmpty)
            {
                await Task.Delay(Interval, clock);
                foreach (var (statement, ended) in _left.Where(entry => entry.Value.IsCompleted))
                {
                    _ = ended.Exception; // Seen; the caller was told already.
                    _left.TryRemove(statement, out _);
                }

                var sent = _left.Keys.Where(statement => statement.IsSent);
                foreach (var server in sent.GroupBy(statement => (statement.Host, statement.Port)))
                {
                    await LookAfterAsync(server.Key.Host, server.Key.Port, [.. server]);
                }
            }

            Volatile.Write(ref _watching, 0);
        }
        while (!_left.IsEmpty && Interlocked.Exchange(ref _watching, 1) == 0);
    }

    private async Task LookAfterAsync(string? host, int port, Statement[] statements)
    {
        var isAtWork = await AskAsync(host, port);
        if (isAtWork is null && AnsweredLately(host, port))
        {
            return; // It has no time for one more connection.
        }

        if (isAtWork is null)
        {
            hosts.LeaveSilent();
        }

        var gone = statements.Where(statement => isAtWork?.Invoke(statement.Backend) is not true).ToArray();
        if (gone is [])
        {
            return;
        }

        Log.GivenUp(logger, gone.Length, host, port);
        foreach (var statement in gone)
        {
            statement.GiveUp();
        }
    }

    private bool AnsweredLately(string? host, int port) =>
        _answers.TryGetValue((host, port), out var last)
        && clock.GetElapsedTime(Volatile.Read(ref last.Value)) < TimeSpan.FromSeconds(PatienceSeconds);

    /// <summary>What tells of a backend whether it still exists; null when the server does not answer.</summary>
    private async Task<Predicate<int>?> AskAsync(string? host, int port)
    {
        try
        {
            await using var once = new NpgsqlDataSourceBuilder(SettingsOf(host, port)) { Name = "stragglers" }.Build();
            await using var connection = await once.OpenConnectionAsync();
            await using var command = new NpgsqlCommand(BackendsSql, connection);
            await using var reader = await command.ExecuteReaderAsync();
            var backends = new HashSet<int>();
            while (await reader.ReadAsync())
            {
                backends.Add(reader.GetInt32(0));
            }

            return settings.PgBouncer ? _ => true : backends.Contains; // A pooler numbers its clients as it likes.
        }
        catch (PostgresException refused) when (PostgresFailure.IsOutage(refused))
        {
            return _ => true; // It answers, if only that it cannot tell now.
        }
        catch (Exception silent) when (silent is NpgsqlException or TimeoutException)
        {
            return null;
        }
    }

    private string SettingsOf(string? host, int port) => new NpgsqlConnectionStringBuilder(settings.ConnectionString)
    {
        Host = host,
        Port = port,
        TargetSessionAttributes = null,
        Pooling = false,
        Timeout = PatienceSeconds,
        CommandTimeout = PatienceSeconds,
    }.ConnectionString;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning,
            Message = "{Count} statements will not be answered any more by PostgreSQL at {Host}:{Port}; their connections are given up")]
        public static partial void GivenUp(ILogger logger, int count, string? host, int port);
    }
}
