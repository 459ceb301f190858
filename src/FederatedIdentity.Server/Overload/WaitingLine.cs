namespace FederatedIdentity.Server.Overload;

/// <summary>Calls that wait for a place, the one that waits longest in front. For use under its owner's lock.</summary>
internal sealed class WaitingLine(TimeProvider clock)
{
    private readonly Queue<Waiter> _waiters = [];

    public int Count => _waiters.Count;

    /// <summary>True once the caller has a place, false when it was sent away.</summary>
    public Task<bool> Join()
    {
        var waiter = new Waiter(clock.GetTimestamp());
        _waiters.Enqueue(waiter);
        return waiter.Task;
    }

    public bool TryServe()
    {
        var anybody = _waiters.TryDequeue(out var first);
        first?.SetResult(true);
        return anybody;
    }

    /// <summary>Sends away who has waited for <paramref name="patience"/>; returns how many that were.</summary>
    public int SendAway(TimeSpan patience)
    {
        var sent = 0;
        while (_waiters.TryPeek(out var first) && clock.GetElapsedTime(first.Since) >= patience)
        {
            _waiters.Dequeue().SetResult(false);
            sent++;
        }

        return sent;
    }

    /// <summary>What follows runs elsewhere, not under the lock of whoever hands the place on.</summary>
    private sealed class Waiter(long since) : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long Since => since;
    }
}
