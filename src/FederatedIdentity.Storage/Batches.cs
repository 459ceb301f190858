using System.Diagnostics;

namespace FederatedIdentity.Storage;

/// <summary>
/// Asks together what many callers ask at the same time, because for a database a question with ten parts costs little more than one of
/// ten. Whoever comes while only a few are under way is asked for at once and alone. Others go with everybody who came meanwhile, when one
/// of those under way ends, or after <see cref="Patience"/> at most, so that nobody waits for a slow one. No answer is
/// older than its question. A failure is that of all who were asked for together.
/// </summary>
/// <remarks>docs/decisions/0017-concurrent-statements-go-together.md</remarks>
internal sealed class Batches<TQuestion, TAnswer> : IDisposable
{
    private const int UsualLanes = 4;

    /// <summary>The most questions that are asked together.</summary>
    public const int Most = 64;

    /// <summary>
    /// The longest that a question waits to be asked. A batch that has to wait for a disk takes longer than this, and then others go beside it.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(2);

    private readonly Lock _gate = new();
    private readonly Queue<Waiting> _waiting = [];
    private readonly Func<TQuestion, Task<TAnswer>> _askOne;
    private readonly Func<TQuestion[], Task<IReadOnlyList<TAnswer>>> _askMany;
    private readonly int _lanes;
    private readonly ITimer _patience;

    private int _underWay;

    /// <summary>
    /// <paramref name="askMany"/> answers two questions or more, in their order. At most <paramref name="lanes"/> are under way at once, if
    /// none is slow.
    /// </summary>
    public Batches(
        Func<TQuestion, Task<TAnswer>> askOne, Func<TQuestion[], Task<IReadOnlyList<TAnswer>>> askMany, TimeProvider clock,
        int lanes = UsualLanes)
    {
        (_askOne, _askMany, _lanes) = (askOne, askMany, lanes);
        using (ExecutionContext.SuppressFlow())
        {
            _patience = clock.CreateTimer(_ => Next(isExtra: true), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public Task<TAnswer> AskAsync(TQuestion question)
    {
        lock (_gate)
        {
            if (_underWay >= _lanes)
            {
                return Enqueue(question);
            }

            _underWay++;
        }

        return AloneAsync(question);
    }

    public void Dispose() => _patience.Dispose();

    private Task<TAnswer> Enqueue(TQuestion question)
    {
        var waiting = new Waiting(question, ExecutionContext.Capture(), Activity.Current is { Recorded: true });
        _waiting.Enqueue(waiting);
        if (_waiting.Count == 1)
        {
            _patience.Change(Patience, Timeout.InfiniteTimeSpan);
        }

        return waiting.Task;
    }

    private async Task<TAnswer> AloneAsync(TQuestion question)
    {
        try
        {
            return await _askOne(question);
        }
        finally
        {
            Next(isExtra: false);
        }
    }

    /// <summary>One has ended, or is so slow that another one goes beside it.</summary>
    private void Next(bool isExtra)
    {
        Waiting[] batch;
        lock (_gate)
        {
            _underWay -= isExtra ? 0 : 1;
            if (_waiting.Count == 0 || (!isExtra && _underWay >= _lanes))
            {
                return;
            }

            _underWay++;
            batch = Take();
        }

        Send(batch);
    }

    private Waiting[] Take()
    {
        var batch = new Waiting[Math.Min(_waiting.Count, Most)];
        for (var i = 0; i < batch.Length; i++)
        {
            batch[i] = _waiting.Dequeue();
        }

        _patience.Change(_waiting.Count == 0 ? Timeout.InfiniteTimeSpan : Patience, Timeout.InfiniteTimeSpan);
        return batch;
    }

    /// <summary>In the context of one who asked, of somebody whose request is traced if there is one, and not of him who was answered.</summary>
    private void Send(Waiting[] batch)
    {
        var lead = Array.Find(batch, waiting => waiting.IsTraced) ?? batch[0];
        if (lead.Context is { } context)
        {
            ExecutionContext.Run(context, _ => _ = SendAsync(batch), null);
        }
        else
        {
            _ = SendAsync(batch);
        }
    }

    private async Task SendAsync(Waiting[] batch)
    {
        if (batch is [var only])
        {
            var answer = AskAsync(_askOne, only.Question);
            await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Next(isExtra: false);
            only.SetFromTask(answer);
            return;
        }

        var answers = AskAsync(_askMany, Array.ConvertAll(batch, waiting => waiting.Question));
        await ((Task)answers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Next(isExtra: false);
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

    private sealed class Waiting(TQuestion question, ExecutionContext? context, bool isTraced)
        : TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously)
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
