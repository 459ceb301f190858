using FederatedIdentity.Storage.Postgres;
using Npgsql;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// Asks PostgreSQL whether it answers and takes writes, on a connection of its own: a flood of requests that waits for the others must
/// not look like a database that is gone, or every replica would leave the load balancer at once. All who ask meanwhile get the one
/// answer.
/// </summary>
internal sealed class DatabaseProbe(PostgresConnection postgres) : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private readonly NpgsqlDataSource _database = new NpgsqlDataSourceBuilder(postgres.ForProbe(Deadline)) { Name = "probe" }.Build();
    private readonly Lock _asking = new();
    private Task<bool> _question = Task.FromResult(false);

    /// <summary>The last answer.</summary>
    public bool WasReady { get; private set; }

    public async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        try
        {
            return WasReady = await Question().WaitAsync(Deadline, ct);
        }
        catch (TimeoutException)
        {
            return WasReady = false; // "Not ready" is the report.
        }
        catch (OperationCanceledException)
        {
            return false; // Nobody waits for it any more.
        }
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private Task<bool> Question()
    {
        lock (_asking)
        {
            return _question.IsCompleted ? _question = AskAsync() : _question;
        }
    }

    private async Task<bool> AskAsync()
    {
        try
        {
            await using var command = _database.CreateCommand("select current_setting('transaction_read_only') = 'off'");
            if (await command.ExecuteScalarAsync() is true)
            {
                return true;
            }

            _database.Clear(); // A standby, so far as this connection reaches: the name may be another server's by now.
        }
        catch (Exception unanswered) when (unanswered is NpgsqlException or TimeoutException)
        {
            (_database as NpgsqlMultiHostDataSource)?.ClearDatabaseStates(); // The other one may have been promoted.
        }

        return false;
    }
}
