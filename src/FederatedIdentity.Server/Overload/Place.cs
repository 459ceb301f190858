namespace FederatedIdentity.Server.Overload;

/// <summary>One call's right to work; given back when disposed, and lent to others while the call waits for somebody outside.</summary>
internal sealed class Place(Admission admission) : IDisposable
{
    private bool _held = true;

    /// <summary>
    /// Waits for <paramref name="whom"/>, who is not ours to hurry, without keeping anybody else from working. Throws
    /// <see cref="OverloadException"/> when too many wait for them already, or when there is no place to come back to.
    /// </summary>
    public async ValueTask<T> OutsideAsync<T>(string whom, Task<T> answer)
    {
        if (answer.IsCompleted)
        {
            return await answer;
        }

        if (!admission.TryStepOut(whom))
        {
            throw admission.TurnAwayOutside();
        }

        _held = false;
        T result;
        try
        {
            result = await answer;
        }
        finally
        {
            admission.NoLongerOutside(whom);
        }

        _held = await admission.ComeBackAsync();
        return _held ? result : throw new OverloadException();
    }

    /// <summary>
    /// Waits for a commit without keeping anybody else from working, and keeps its place only when too many wait for theirs already. What
    /// was written has to be answered, so it takes a place again at once, whether or not there is one.
    /// </summary>
    public async ValueTask<T> CommittedAsync<T>(Task<T> commit)
    {
        if (commit.IsCompleted || !admission.TryStepOutToCommit())
        {
            return await commit;
        }

        _held = false;
        try
        {
            return await commit;
        }
        finally
        {
            admission.TakeBack();
            _held = true;
        }
    }

    public void Dispose()
    {
        if (_held)
        {
            _held = false;
            admission.Leave();
        }
    }
}
