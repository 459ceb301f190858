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
    /// Until the deadline, or until the caller leaves. The statement runs on then, and so does everything that it needs; what it ends
    /// with is told by <see cref="Answered"/> or is <see cref="GivenUp"/>.
    /// </summary>
    public async Task<T> WaitAsync<T>(Statement statement, Task<T> answer, CancellationToken ct)
    {
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

    public void Answered(Statement statement) => stragglers.Answered(statement);

    /// <summary>A connection that was given up is an outage, and nothing that somebody cancelled.</summary>
    public static TimeoutException GivenUp(OperationCanceledException givenUp) =>
        new("PostgreSQL did not answer, and the connection was given up.", givenUp);

    private async Task<T> HonestlyAsync<T>(Statement statement, Task<T> sent)
    {
        try
        {
            var value = await sent;
            Answered(statement);
            return value;
        }
        catch (OperationCanceledException givenUp) when (statement.Ended.IsCancellationRequested)
        {
            throw GivenUp(givenUp);
        }
    }
}
