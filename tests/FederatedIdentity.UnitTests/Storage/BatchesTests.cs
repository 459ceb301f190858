using System.Diagnostics;
using FederatedIdentity.Storage;
using FederatedIdentity.UnitTests.Overload;

namespace FederatedIdentity.UnitTests.Storage;

/// <summary>Who asks while others are answered goes with the next who do.</summary>
public sealed class BatchesTests : IDisposable
{
    private readonly SteppedClock _clock = new();
    private readonly List<Sent> _sent = [];
    private readonly Batches<int, string> _batches;

    public BatchesTests() => _batches = Batches(tryHold: (_, _) => false);

    public void Dispose() => _batches.Dispose();

    [Fact]
    public async Task Whoever_is_alone_is_asked_for_at_once_and_alone()
    {
        for (var number = 0; number < 12; number++)
        {
            var answer = _batches.AskAsync(number);
            Assert.Equal([number], _sent[number].Questions);
            _sent[number].Answer();
            Assert.Equal($"{number}", await answer);
        }
    }

    [Fact]
    public async Task Those_who_came_meanwhile_go_together_when_it_is_answered()
    {
        var answers = Ask(6);
        Assert.Equal([0], Assert.Single(_sent).Questions);

        _sent[0].Answer();

        Assert.Equal([1, 2, 3, 4, 5], _sent[^1].Questions);
        _sent[^1].Answer();
        Assert.Equal(["0", "1", "2", "3", "4", "5"], await Task.WhenAll(answers));
        Assert.Equal(2, _sent.Count);
    }

    [Fact]
    public async Task No_more_go_together_than_the_most()
    {
        var answers = Ask(1 + BatchLimits.Usual.Most + 2);

        _sent[0].Answer();
        Assert.Equal(BatchLimits.Usual.Most, _sent[^1].Questions.Length);
        _sent[1].Answer();
        Assert.Equal("64", await answers[64]);
        Assert.Equal([65, 66], _sent[^1].Questions);
        await AnswerAllAsync(answers);
    }

    [Fact]
    public async Task A_slow_one_keeps_nobody()
    {
        var answers = Ask(2);
        _clock.Advance(BatchLimits.Usual.Patience - TimeSpan.FromTicks(1));
        Assert.Single(_sent);

        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal([1], _sent[^1].Questions);

        // From now on the slow one does not count.
        var next = _batches.AskAsync(9);
        Assert.Equal(2, _sent.Count);
        _sent[^1].Answer();
        Assert.Equal("1", await answers[1]);
        Assert.Equal([9], _sent[^1].Questions);
        var last = _batches.AskAsync(10);
        _sent[0].Answer();
        Assert.Equal("0", await answers[0]);
        Assert.Equal(3, _sent.Count);
        _sent[^1].Answer();
        Assert.Equal("9", await next); // Who is waited for may be answered by another thread.
        Assert.Equal([10], _sent[^1].Questions);
        await AnswerAllAsync([last]);
    }

    [Fact]
    public async Task Other_limits_count_where_they_were_given()
    {
        using var batches = Batches(tryHold: (_, _) => false, limits: new(Most: 2, TimeSpan.FromSeconds(1)));
        Task<string>[] answers = [.. Enumerable.Range(0, 4).Select(batches.AskAsync)];

        _clock.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        Assert.Single(_sent);

        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal([1, 2], _sent[^1].Questions);
        await AnswerAllAsync(answers);
    }

    [Fact]
    public async Task Where_work_waits_for_a_processor_a_question_goes_after_it_with_those_who_came_out_of_it()
    {
        var held = new Queue<Action>();
        using var batches = Batches((send, number) =>
        {
            held.Enqueue(() => send(number));
            return true;
        });
        Task<string>[] answers = [.. Enumerable.Range(0, 3).Select(batches.AskAsync)];
        Assert.Empty(_sent);

        Assert.Single(held).Invoke();

        Assert.Equal([0, 1, 2], Assert.Single(_sent).Questions);
        answers = [.. answers, batches.AskAsync(3), batches.AskAsync(4)];
        _sent[0].Answer();
        Assert.Equal("0", await answers[0]); // Who is waited for may be answered by another thread.
        Assert.Equal([3, 4], _sent[^1].Questions); // They have waited.
        await AnswerAllAsync(answers);
        Assert.Single(held);
    }

    [Fact]
    public async Task Nobody_is_held_for_longer_than_the_patience()
    {
        Action? held = null;
        using var batches = Batches((send, number) =>
        {
            held = () => send(number);
            return true;
        });
        Task<string>[] answers = [batches.AskAsync(0)];

        _clock.Advance(BatchLimits.Usual.Patience);

        Assert.Equal([0], Assert.Single(_sent).Questions);
        answers = [.. answers, batches.AskAsync(1)];
        held!();
        Assert.Single(_sent);
        await AnswerAllAsync(answers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Those_who_waited_go_on_one_after_the_other_only_where_that_was_asked_for(bool oneAfterTheOther)
    {
        using var batches = Batches(tryHold: (_, _) => false, oneAfterTheOther);
        Task<string>[] answers = [.. Enumerable.Range(0, 3).Select(batches.AskAsync)];

        Assert.All(answers.Skip(1), answer =>
            Assert.Equal(!oneAfterTheOther, answer.CreationOptions.HasFlag(TaskCreationOptions.RunContinuationsAsynchronously)));

        await AnswerAllAsync(answers);
    }

    [Fact]
    public async Task When_the_slow_ones_are_over_one_goes_alone_as_before()
    {
        await AnswerAllAsync(Ask(4), advance: true);
        _sent.Clear();

        var answers = Ask(3);

        Assert.Equal([0], Assert.Single(_sent).Questions);
        await AnswerAllAsync(answers);
    }

    [Fact]
    public async Task A_failure_is_that_of_all_who_went_together_and_of_nobody_else()
    {
        var answers = Ask(3);
        _sent[0].Answer();
        _sent[^1].Fail(new TimeoutException("late"));

        Assert.Equal("late", (await Assert.ThrowsAsync<TimeoutException>(() => answers[1])).Message);
        Assert.Equal("late", (await Assert.ThrowsAsync<TimeoutException>(() => answers[2])).Message);
        Assert.Equal("0", await answers[0]);
    }

    [Fact]
    public async Task One_that_fails_alone_fails_alone_and_makes_room()
    {
        var answers = Ask(2);
        _sent[0].Fail(new TimeoutException("late"));

        await Assert.ThrowsAsync<TimeoutException>(() => answers[0]);
        Assert.Equal([1], _sent[^1].Questions);
        _sent[^1].Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answers[1]);
    }

    [Fact]
    public async Task Whatever_is_thrown_before_anything_was_sent_fails_those_who_asked_and_nobody_waits()
    {
        var first = new TaskCompletionSource<string>();
        using var batches = new Batches<int, string>(
            number => number == 0 ? first.Task : throw new InvalidOperationException("one"),
            _ => throw new InvalidOperationException("many"),
            TimeProvider.System,
            tryHold: (_, _) => false);

        var answer = batches.AskAsync(0);
        Task<string>[] later = [batches.AskAsync(1), batches.AskAsync(2)];
        first.SetResult("0");

        Assert.Equal("0", await answer);
        foreach (var failed in later)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => failed.WaitAsync(TimeSpan.FromSeconds(30)));
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => batches.AskAsync(3));
    }

    [Fact]
    public async Task Who_asks_after_the_end_is_answered_when_others_are()
    {
        var first = new TaskCompletionSource<string>();
        var batches = new Batches<int, string>(
            number => number == 0 ? first.Task : Task.FromResult("alone"),
            numbers => Task.FromResult<IReadOnlyList<string>>([.. numbers.Select(_ => "together")]),
            TimeProvider.System,
            tryHold: (_, _) => false);
        var answer = batches.AskAsync(0);
        batches.Dispose();

        Task<string>[] later = [batches.AskAsync(1), batches.AskAsync(2)];
        first.SetResult("0");

        Assert.Equal(["0", "together", "together"], await Task.WhenAll([answer, .. later]).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task What_goes_together_is_sent_in_the_context_of_one_who_is_traced()
    {
        using var source = new ActivitySource(nameof(BatchesTests));
        using var listener = new ActivityListener
        {
            ShouldListenTo = asked => asked == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        var answers = Ask(2);
        string traced;
        using (var span = source.StartActivity("asked")!)
        {
            traced = span.Id!;
            answers = [.. answers, _batches.AskAsync(9)];
        }

        _sent[0].Answer();

        Assert.Equal([1, 9], _sent[^1].Questions);
        Assert.Equal(traced, _sent[^1].Span);
        Assert.All(_sent.SkipLast(1), sent => Assert.Null(sent.Span));
        await AnswerAllAsync(answers);
    }

    [Fact]
    public async Task Many_threads_get_their_own_answers()
    {
        using var batches = new Batches<int, int>(
            async number =>
            {
                await Task.Yield();
                return -number;
            },
            async numbers =>
            {
                await Task.Yield();
                return Array.ConvertAll(numbers, number => -number);
            },
            TimeProvider.System);

        await Parallel.ForEachAsync(Enumerable.Range(1, 20_000), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (number, _) =>
            Assert.Equal(-number, await batches.AskAsync(number)));
    }

    private Batches<int, string> Batches(Func<Action<long>, long, bool> tryHold, bool oneAfterTheOther = false, BatchLimits? limits = null) =>
        new(async number => (await SendAsync([number]))[0], SendAsync, _clock, oneAfterTheOther, tryHold, limits);

    private Task<string>[] Ask(int count) => [.. Enumerable.Range(0, count).Select(_batches.AskAsync)];

    /// <summary>What is sent meanwhile, by whatever thread an answer goes on in, is answered in its turn.</summary>
    private async Task AnswerAllAsync(Task<string>[] answers, bool advance = false)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30)); // Else a lost answer would end no run.
        var next = 0;
        while (true)
        {
            patience.Token.ThrowIfCancellationRequested();
            if (advance)
            {
                _clock.Advance(BatchLimits.Usual.Patience);
            }

            if (SentAt(next) is { } sent)
            {
                next++;
                sent.Answer();
            }
            else if (answers.All(answer => answer.IsCompleted))
            {
                break;
            }

            await Task.Yield();
        }

        await Task.WhenAll(answers);
    }

    private Task<IReadOnlyList<string>> SendAsync(int[] numbers)
    {
        var sent = new Sent(numbers);
        lock (_sent)
        {
            _sent.Add(sent);
        }

        return sent.Task;
    }

    private Sent? SentAt(int index)
    {
        lock (_sent)
        {
            return index < _sent.Count ? _sent[index] : null;
        }
    }

    /// <summary>What was asked together, and its answer. Whoever is answered goes on before the answer is given back.</summary>
    private sealed class Sent(int[] questions)
    {
        private readonly TaskCompletionSource<IReadOnlyList<string>> _answer = new();

        public int[] Questions => questions;

        public string? Span { get; } = Activity.Current?.Id;

        public Task<IReadOnlyList<string>> Task => _answer.Task;

        public void Answer() => _answer.TrySetResult(Array.ConvertAll(questions, number => $"{number}"));

        public void Fail(Exception failure) => _answer.SetException(failure);

        public void Cancel() => _answer.SetCanceled();
    }
}
