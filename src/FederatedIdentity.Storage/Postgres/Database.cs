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
    public async Task<T> ReadAsync<T>(string sql, Func<NpgsqlCommand, CancellationToken, Task<T>> run, CancellationToken ct) =>
        (await RepeatAsync(sql, run, isWrite: false, ct)).Value;

    /// <summary>
    /// One statement, and so one transaction, that may be sent twice without harm, because it compares a version or claims an id that is
    /// nobody else's. It is sent again also after an attempt of which nobody knows how it ended.
    /// </summary>
    public Task<Written<T>> WriteAsync<T>(string sql, Func<NpgsqlCommand, CancellationToken, Task<T>> run, CancellationToken ct) =>
        RepeatAsync(sql, run, isWrite: true, ct);

    public void Dispose()
    {
        _all.Dispose();
        _writing.Dispose();
    }

    /// <summary>
    /// A commit may wait as long as the standby that it waits for is away. That must not use up the connections of those who only read.
    /// </summary>
    internal static int ShareOfWrites(int connections) => Math.Max(1, connections - Math.Max(1, connections / 8));

    private async Task<Written<T>> RepeatAsync<T>(
        string sql, Func<NpgsqlCommand, CancellationToken, Task<T>> run, bool isWrite, CancellationToken ct)
    {
        var statement = new Statement();
        var isRepeated = false;
        var value = await _repeats.RunAsync(SendAsync, MayRepeat, ct);
        return new Written<T>(value, isRepeated);

        Task<T> SendAsync()
        {
            statement = new Statement();
            return _overdue.WaitAsync(statement, TakeTurnAsync(statement, sql, run, isWrite, ct), ct);
        }

        bool MayRepeat(Exception failure)
        {
            if (!statement.IsSent)
            {
                return PostgresFailure.MayReopen(failure);
            }

            if (PostgresFailure.IsBroken(failure))
            {
                isRepeated = true;
            }

            return PostgresFailure.IsBroken(failure) || PostgresFailure.IsNotCommitted(failure);
        }
    }

    /// <summary>Turns end with the statement, whoever still waits for it: until then its connection is in use.</summary>
    private async Task<T> TakeTurnAsync<T>(
        Statement statement, string sql, Func<NpgsqlCommand, CancellationToken, Task<T>> run, bool isWrite, CancellationToken ct)
    {
        if (!isWrite)
        {
            return await InTurnAsync(_all, () => ExecuteAsync(statement, sql, run, ct), ct);
        }

        return await InTurnAsync(_writing, () => InTurnAsync(_all, () => ExecuteAsync(statement, sql, run, ct), ct), ct);
    }

    private static async Task<T> InTurnAsync<T>(SemaphoreSlim turns, Func<Task<T>> work, CancellationToken ct)
    {
        if (!await turns.WaitAsync(Patience, ct))
        {
            throw new DatabaseBusyException();
        }

        try
        {
            return await work();
        }
        finally
        {
            turns.Release();
        }
    }

    private async Task<T> ExecuteAsync<T>(
        Statement statement, string sql, Func<NpgsqlCommand, CancellationToken, Task<T>> run, CancellationToken ct)
    {
        await using var connection = _connections.CreateConnection();
        await connection.OpenInTimeAsync();
        ct.ThrowIfCancellationRequested(); // The caller left while there was still nothing to regret.
        statement.SendOn(connection);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 }; // See Stragglers.
        return await run(command, statement.Ended);
    }
}
