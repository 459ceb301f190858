using Npgsql;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// Asks PostgreSQL whether it answers, on a connection of its own: a flood of requests that waits for the others must not look like a
/// database that is gone, or every replica would leave the load balancer at once.
/// </summary>
internal sealed class DatabaseProbe(IConfiguration configuration) : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(configuration.RequiredPostgres()) { MaxPoolSize = 1, MinPoolSize = 0, Timeout = 2, CommandTimeout = 2 });

    public async Task<bool> AnswersAsync(CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Deadline);
        try
        {
            await using var command = _database.CreateCommand("select 1");
            await command.ExecuteScalarAsync(deadline.Token);
            return true;
        }
        catch (Exception unanswered) when (unanswered is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            return false; // "Not ready" is the report.
        }
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
