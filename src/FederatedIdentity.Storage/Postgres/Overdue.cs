namespace FederatedIdentity.Storage.Postgres;

/// <summary>Waits for the answer to a statement, and has its server looked after when that takes long.</summary>
internal sealed class Overdue(Stragglers stragglers, PostgresMetrics metrics, TimeProvider clock)
{
    /// <summary>
    /// Until the statement has ended. EF disposes of a connection once it is told of a failure, so nothing may go on there.
    /// </summary>
    public async Task<T> WaitToTheEndAsync<T>(Statement statement, Task<T> sent)
    {
        var answer = HonestlyAsync(statement, sent);
        try
        {
            return await answer.WaitAsync(SessionTimeouts.Suspicion, clock);
        }
        catch (TimeoutException) when (!answer.IsCompleted)
        {
            stragglers.Add(statement, answer);
        }

        return await answer;
    }

    /// <summary>
    /// Until the deadline, or until the caller leaves. The statement runs on then, and so does everything that it needs.
    /// </summary>
    public async Task<T> WaitAsync<T>(Statement statement, Task<T> sent, CancellationToken ct)
    {
        var answer = HonestlyAsync(statement, sent);
        try
        {
            return await answer.WaitAsync(SessionTimeouts.Suspicion, clock, ct);
        }
        catch (Exception unfinished) when (!answer.IsCompleted)
        {
            stragglers.Add(statement, answer);
            if (unfinished is not TimeoutException)
            {
                throw;
            }
        }

        try
        {
            return await answer.WaitAsync(SessionTimeouts.Deadline - SessionTimeouts.Suspicion, clock, ct);
        }
        catch (TimeoutException)
        {
            metrics.Overdue();
            throw;
        }
    }

    /// <summary>A connection that was given up is an outage, and nothing that somebody cancelled.</summary>
    private async Task<T> HonestlyAsync<T>(Statement statement, Task<T> sent)
    {
        try
        {
            var value = await sent;
            stragglers.Answered(statement);
            return value;
        }
        catch (OperationCanceledException givenUp) when (statement.Ended.IsCancellationRequested)
        {
            throw new TimeoutException("PostgreSQL did not answer, and the connection was given up.", givenUp);
        }
    }
}
