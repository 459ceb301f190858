using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// The way to PostgreSQL of everything that a caller waits for. A statement that was sent runs to its end on its own connection and is
/// never called back; whoever waits for it gets the answer, or within <see cref="SessionTimeouts.Deadline"/> a
/// <see cref="TimeoutException"/>. What failed is repeated for a moment where that is safe.
/// </summary>
/// <remarks>docs/decisions/0012-what-is-retried.md</remarks>
public sealed class Database : IDisposable
{
    /// <summary>How long a request waits for a connection that others use; a new one may take longer, as long as its own timeout.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly NpgsqlDataSource _connections;
    private readonly Repeats _repeats;
    private readonly Overdue _overdue;
    private readonly SemaphoreSlim _all;
    private readonly SemaphoreSlim _writing;

    internal Database(NpgsqlDataSource connections, PostgresConnection settings, Repeats repeats, Overdue overdue)
    {
        (_connections, _repeats, _overdue) = (connections, repeats, overdue);
        var connectionsAtMost = new NpgsqlConnectionStringBuilder(settings.ConnectionString).MaxPoolSize;
        _all = new SemaphoreSlim(connectionsAtMost);
        _writing = new SemaphoreSlim(ShareOfWrites(connectionsAtMost));
    }

    /// <summary>
    /// A statement that changes nothing, so that it may be sent again. <paramref name="run"/> gets the command, to add its parameters and
    /// to execute it.
    /// </summary>
    public Task<T> ReadAsync<T>(string sql, Func<NpgsqlCommand, CancellationToken, Task<T>> run, CancellationToken ct)
    {
        var attempts = new Attempts<T>(this, sql, run, isWrite: false, ct);
        return _repeats.RunAsync(attempts.SendAsync, attempts.MayRepeat, ct);
    }

    /// <summary>
    /// One statement, and so one transaction, that may be sent twice without harm, because it compares a version or claims an id that is
    /// nobody else's. It is sent again also after an attempt of which nobody knows how it ended.
    /// </summary>
    public async Task<Written<T>> WriteAsync<T>(
        string sql, Func<NpgsqlCommand, CancellationToken, Task<T>> run, CancellationToken ct)
    {
        var attempts = new Attempts<T>(this, sql, run, isWrite: true, ct);
        return new Written<T>(await _repeats.RunAsync(attempts.SendAsync, attempts.MayRepeat, ct), attempts.WasBroken);
    }

    public void Dispose()
    {
        _all.Dispose();
        _writing.Dispose();
    }

    /// <summary>
    /// A commit may wait as long as the standby that it waits for is away. That must not use up the connections of those who only read.
    /// </summary>
    internal static int ShareOfWrites(int connections) => Math.Max(1, connections - Math.Max(1, connections / 8));

    /// <summary>Turns end with the statement, whoever still waits for it: until then its connection is in use.</summary>
    private async Task<T> ExecuteAsync<T>(
        Statement statement, string sql, Func<NpgsqlCommand, CancellationToken, Task<T>> run, bool isWrite, CancellationToken ct)
    {
        using var turnToWrite = isWrite ? await Turn.TakeAsync(_writing, ct) : default;
        using var turn = await Turn.TakeAsync(_all, ct);
        await using var connection = _connections.CreateConnection();
        await connection.OpenInTimeAsync();
        ct.ThrowIfCancellationRequested(); // The caller left while there was still nothing to regret.
        statement.SendOn(connection);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 }; // See Stragglers.
        try
        {
            var value = await run(command, statement.Ended);
            _overdue.Answered(statement);
            return value;
        }
        catch (OperationCanceledException givenUp) when (statement.Ended.IsCancellationRequested)
        {
            throw Overdue.GivenUp(givenUp);
        }
    }

    /// <summary>What is sent for one caller, until it is answered or given up.</summary>
    private sealed class Attempts<T>(
        Database db, string sql, Func<NpgsqlCommand, CancellationToken, Task<T>> run, bool isWrite, CancellationToken ct)
    {
        private Statement? _last;

        /// <summary>Whether there was an attempt of which nobody knows how it ended.</summary>
        public bool WasBroken { get; private set; }

        public Task<T> SendAsync()
        {
            var statement = _last = new Statement();
            return db._overdue.WaitAsync(statement, db.ExecuteAsync(statement, sql, run, isWrite, ct), ct);
        }

        public bool MayRepeat(Exception failure)
        {
            if (!_last!.IsSent)
            {
                return PostgresFailure.MayReopen(failure);
            }

            var isBroken = PostgresFailure.IsBroken(failure);
            WasBroken |= isBroken;
            return isBroken || PostgresFailure.IsNotCommitted(failure);
        }
    }

    /// <summary>A place among those who may use a connection, until it is disposed.</summary>
    private readonly struct Turn(SemaphoreSlim turns) : IDisposable
    {
        public static async ValueTask<Turn> TakeAsync(SemaphoreSlim turns, CancellationToken ct) =>
            await turns.WaitAsync(Patience, ct) ? new Turn(turns) : throw new DatabaseBusyException();

        public void Dispose() => turns?.Release();
    }
}
