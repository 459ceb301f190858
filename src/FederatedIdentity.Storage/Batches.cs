using System.Diagnostics;

namespace FederatedIdentity.Storage;

/// <summary>
/// Asks together what many callers ask at the same time, because for a database a question with ten parts costs little more than one of
/// ten. Whoever comes while none is under way is asked for at once and alone; where work waits for a processor, when that is done, with
/// everybody who came out of it. Others go with all who came meanwhile, when the last one that was sent ends, or when they have waited for
/// as long as <see cref="BatchLimits"/> say, so that nobody waits for a slow one. No answer is older than its question. A failure is that of all who
/// were asked for together.
/// </summary>
/// <remarks>docs/decisions/0017-concurrent-statements-go-together.md</remarks>
internal sealed class Batches<TQuestion, TAnswer> : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<Waiting> _waiting = [];
    private readonly Func<TQuestion, Task<TAnswer>> _askOne;
    private readonly Func<TQuestion[], Task<IReadOnlyList<TAnswer>>> _askMany;
    private readonly Func<Action<long>, long, bool> _tryHold;
    private readonly Action<long> _sendHeld;
    private readonly BatchLimits _limits;
    private readonly ITimer _patience;
    private readonly TaskCreationOptions _goingOn;

    private long _last; // Sent last, by its number.
    private bool _isUnderWay; // Whether that one is. Of those that were so slow that others went past them, nobody keeps count.

    /// <summary>
    /// <paramref name="askMany"/> answers two questions or more, in their order. Callers who do next to nothing with the answer may go on
    /// <paramref name="oneAfterTheOther"/> where it comes, which spares each a turn of a thread. <paramref name="tryHold"/> calls what it
    /// is given when the work that waits for a processor is done, or answers false when none does; without it, the thread pool does that.
    /// Without <paramref name="limits"/> they are the usual ones.
    /// </summary>
    public Batches(
        Func<TQuestion, Task<TAnswer>> askOne, Func<TQuestion[], Task<IReadOnlyList<TAnswer>>> askMany, TimeProvider clock,
        bool oneAfterTheOther = false, Func<Action<long>, long, bool>? tryHold = null, BatchLimits? limits = null)
    {
        _limits = limits ?? BatchLimits.Usual;
        (_askOne, _askMany, _tryHold, _sendHeld) = (askOne, askMany, tryHold ?? TryHold, number => Next(number));
        _goingOn = oneAfterTheOther ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously;
        using (ExecutionContext.SuppressFlow())
        {
            _patience = clock.CreateTimer(_ => Next(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public Task<TAnswer> AskAsync(TQuestion question)
    {
        long number;
        lock (_gate)
        {
            if (_isUnderWay)
            {
                return Enqueue(question);
            }

            number = Begin();
            if (_tryHold(_sendHeld, number))
            {
                return Enqueue(question);
            }
        }

        return AloneAsync(number, question);
    }

    public void Dispose() => _patience.Dispose();

    private static bool TryHold(Action<long> send, long number) =>
        ThreadPool.PendingWorkItemCount > 0 && ThreadPool.UnsafeQueueUserWorkItem(send, number, preferLocal: false);

    private Task<TAnswer> Enqueue(TQuestion question)
    {
        var waiting = new Waiting(question, ExecutionContext.Capture(), Activity.Current is { Recorded: true }, _goingOn);
        _waiting.Enqueue(waiting);
        if (_waiting.Count == 1)
        {
            _patience.Change(_limits.Patience, Timeout.InfiniteTimeSpan);
        }

        return waiting.Task;
    }

    private long Begin()
    {
        _isUnderWay = true;
        return ++_last;
    }

    private async Task<TAnswer> AloneAsync(long number, TQuestion question)
    {
        try
        {
            return await _askOne(question);
        }
        finally
        {
            Next(number);
        }
    }

    /// <summary>
    /// Sends those who wait, when the last one has <paramref name="ended"/>, or is so slow that this one goes past it. Those that others
    /// have gone past end without consequence.
    /// </summary>
    private void Next(long? ended = null)
    {
        long number;
        Waiting[] batch;
        lock (_gate)
        {
            if (ended is not null && ended != _last)
            {
                return;
            }

            if (_waiting.Count == 0)
            {
                _isUnderWay &= ended is null;
                return;
            }

            (number, batch) = (Begin(), Take());
        }

        Send(number, batch);
    }

    private Waiting[] Take()
    {
        var batch = new Waiting[Math.Min(_waiting.Count, _limits.Most)];
        for (var i = 0; i < batch.Length; i++)
        {
            batch[i] = _waiting.Dequeue();
        }

        _patience.Change(_waiting.Count == 0 ? Timeout.InfiniteTimeSpan : _limits.Patience, Timeout.InfiniteTimeSpan);
        return batch;
    }

    /// <summary>In the context of one who asked, of somebody whose request is traced if there is one, and not of him who was answered.</summary>
    private void Send(long number, Waiting[] batch)
    {
        var lead = Array.Find(batch, waiting => waiting.IsTraced) ?? batch[0];
        if (lead.Context is { } context)
        {
            ExecutionContext.Run(context, _ => _ = SendAsync(number, batch), null);
        }
        else
        {
            _ = SendAsync(number, batch);
        }
    }

    private async Task SendAsync(long number, Waiting[] batch)
    {
        if (batch is [var only])
        {
            var answer = AskAsync(_askOne, only.Question);
            await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Next(number);
            only.SetFromTask(answer);
            return;
        }

        var answers = AskAsync(_askMany, Array.ConvertAll(batch, waiting => waiting.Question));
        await ((Task)answers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Next(number);
        var found = answers.IsCompletedSuccessfully ? await answers : null;
        for (var i = 0; i < batch.Length; i++)
        {
            if (found is null)
            {
                batch[i].Fail(answers);
            }
            else
            {
                batch[i].SetResult(found[i]);
            }
        }
    }

    /// <summary>What is thrown before there is a task is an answer too, or somebody would wait for ever.</summary>
    private static async Task<T> AskAsync<TAsked, T>(Func<TAsked, Task<T>> ask, TAsked asked) => await ask(asked);

    private sealed class Waiting(TQuestion question, ExecutionContext? context, bool isTraced, TaskCreationOptions goingOn)
        : TaskCompletionSource<TAnswer>(goingOn)
    {
        public TQuestion Question => question;

        public ExecutionContext? Context => context;

        public bool IsTraced => isTraced;

        public void Fail(Task failed)
        {
            if (failed.Exception is { } failure)
            {
                SetException(failure.InnerExceptions);
            }
            else
            {
                SetCanceled();
            }
        }
    }
}
