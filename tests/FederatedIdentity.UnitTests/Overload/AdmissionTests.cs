using FederatedIdentity.Server.Overload;

namespace FederatedIdentity.UnitTests.Overload;

public sealed class AdmissionTests : IDisposable
{
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(500);

    private readonly SteppedClock _clock = new();
    private readonly OverloadBench _bench;

    public AdmissionTests() => _bench = new OverloadBench(_clock);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task So_many_work_at_once_and_the_next_takes_the_place_of_one_who_leaves()
    {
        using var admission = _bench.Admission(concurrency: 2);
        using var first = await admission.EnterAsync();
        using var second = await admission.EnterAsync();
        var third = admission.EnterAsync();
        var fourth = admission.EnterAsync();

        Assert.False(third.IsCompleted);
        first!.Dispose();
        using var place = await third;

        Assert.NotNull(place);
        Assert.False(fourth.IsCompleted);
        place.Dispose();
        using var last = await fourth;
        Assert.NotNull(last);
    }

    [Fact]
    public async Task A_place_is_given_back_once_however_often_it_is_disposed()
    {
        using var admission = _bench.Admission(concurrency: 1);
        var first = await admission.EnterAsync();
        first!.Dispose();
        first.Dispose();

        using var second = await admission.EnterAsync();
        var third = admission.EnterAsync();

        Assert.False(third.IsCompleted);
        second!.Dispose();
        (await third)!.Dispose();
    }

    [Fact]
    public async Task Who_finds_the_queue_full_is_turned_away_at_once()
    {
        using var admission = _bench.Admission(concurrency: 1, queue: 1);
        using var working = await admission.EnterAsync();
        var waiting = admission.EnterAsync();

        Assert.Null(await admission.EnterAsync());

        Assert.Equal(["queue_full"], _bench.Refused);
        working!.Dispose();
        (await waiting)!.Dispose();
    }

    [Fact]
    public async Task Nobody_waits_longer_than_the_longest_wait()
    {
        using var admission = _bench.Admission(concurrency: 1);
        using var working = await admission.EnterAsync();
        var first = admission.EnterAsync();
        _clock.Advance(Wait / 2);
        var second = admission.EnterAsync();

        _clock.Advance(Wait / 2 + TimeSpan.FromMilliseconds(20));

        Assert.Null(await first);
        Assert.False(second.IsCompleted);
        _clock.Advance(Wait / 2);
        Assert.Null(await second);
        Assert.Equal(["queue_time", "queue_time"], _bench.Refused);
    }

    [Fact]
    public async Task When_nothing_moves_for_longer_than_that_nobody_waits_at_all()
    {
        using var admission = _bench.Admission(concurrency: 1);
        using var stuck = await admission.EnterAsync();

        _clock.Advance(3 * Wait);

        var late = admission.EnterAsync();
        Assert.True(late.IsCompleted);
        Assert.Null(await late);
        stuck!.Dispose();
        using var after = await admission.EnterAsync();
        Assert.NotNull(after);
    }

    [Fact]
    public async Task An_overload_that_lasts_lets_only_so_many_wait_as_half_of_the_wait_will_serve()
    {
        using var admission = _bench.Admission(concurrency: 1);
        var working = await admission.EnterAsync();
        var waiting = new Queue<Task<Place?>>();
        waiting.Enqueue(admission.EnterAsync().AsTask());
        for (var served = 0; served < 100; served++)
        {
            // One every 50 ms, and always one that waits.
            _clock.Advance(TimeSpan.FromMilliseconds(50));
            waiting.Enqueue(admission.EnterAsync().AsTask());
            working!.Dispose();
            working = await waiting.Dequeue();
        }

        while (await AdmittedAsync())
        {
        }

        // Ten in half a second, so five in half of that.
        Assert.Equal(5, waiting.Count);
        working!.Dispose();

        async Task<bool> AdmittedAsync()
        {
            var next = admission.EnterAsync().AsTask();
            if (next.IsCompleted)
            {
                return await next is not null;
            }

            waiting.Enqueue(next);
            return true;
        }
    }

    [Fact]
    public async Task Whoever_waits_for_somebody_outside_leaves_the_place_to_others()
    {
        using var admission = _bench.Admission(concurrency: 1);
        var provider = new TaskCompletionSource<string>();
        using var slow = await admission.EnterAsync();
        var answer = slow!.OutsideAsync("slow.example", provider.Task);

        using var other = await admission.EnterAsync();
        Assert.NotNull(other);
        provider.SetResult("yes");
        Assert.False(answer.IsCompleted);
        other.Dispose();

        Assert.Equal("yes", await answer);
        var next = admission.EnterAsync();
        Assert.False(next.IsCompleted);
        slow.Dispose();
        (await next)!.Dispose();
    }

    [Fact]
    public async Task Who_comes_back_goes_before_who_arrives()
    {
        using var admission = _bench.Admission(concurrency: 1);
        var provider = new TaskCompletionSource<string>();
        using var slow = await admission.EnterAsync();
        var answer = slow!.OutsideAsync("slow.example", provider.Task);
        using var other = await admission.EnterAsync();
        var arriving = admission.EnterAsync();
        provider.SetResult("yes");

        other!.Dispose();

        Assert.Equal("yes", await answer);
        Assert.False(arriving.IsCompleted);
        slow.Dispose();
        (await arriving)!.Dispose();
    }

    [Fact]
    public async Task An_answer_that_is_there_already_costs_no_way_out()
    {
        using var admission = _bench.Admission(concurrency: 1, outside: 1);
        using var place = await admission.EnterAsync();
        var waiting = admission.EnterAsync();

        Assert.Equal("yes", await place!.OutsideAsync("fast.example", Task.FromResult("yes")));

        Assert.False(waiting.IsCompleted);
        place.Dispose();
        (await waiting)!.Dispose();
    }

    [Fact]
    public async Task No_place_to_come_back_to_is_an_overload_and_gives_nothing_back_twice()
    {
        using var admission = _bench.Admission(concurrency: 1);
        var provider = new TaskCompletionSource<string>();
        using var slow = await admission.EnterAsync();
        var answer = slow!.OutsideAsync("slow.example", provider.Task);
        using var stuck = await admission.EnterAsync();
        provider.SetResult("yes");

        _clock.Advance(2 * Wait);

        await Assert.ThrowsAsync<OverloadException>(() => answer.AsTask());
        slow.Dispose();
        Assert.Null(await admission.EnterAsync());
        stuck!.Dispose();
        using var after = await admission.EnterAsync();
        Assert.NotNull(after);
    }

    [Fact]
    public async Task A_provider_that_fails_gives_its_error_and_leaves_nothing_taken()
    {
        using var admission = _bench.Admission(concurrency: 1, outside: 1);
        var provider = new TaskCompletionSource<string>();
        using (var slow = await admission.EnterAsync())
        {
            var answer = slow!.OutsideAsync("slow.example", provider.Task);
            provider.SetException(new FormatException());
            await Assert.ThrowsAsync<FormatException>(() => answer.AsTask());
        }

        using var next = await admission.EnterAsync();
        provider = new TaskCompletionSource<string>();
        var second = next!.OutsideAsync("slow.example", provider.Task);
        provider.SetResult("yes");
        Assert.Equal("yes", await second);
    }

    [Fact]
    public async Task One_provider_gets_a_quarter_of_those_who_may_wait_outside()
    {
        using var admission = _bench.Admission(concurrency: 10, outside: 8);
        var never = new TaskCompletionSource<string>().Task;
        for (var count = 0; count < 2; count++)
        {
            _ = (await admission.EnterAsync())!.OutsideAsync("dead.example", never).AsTask();
        }

        using var third = await admission.EnterAsync();
        await Assert.ThrowsAsync<OverloadException>(() => third!.OutsideAsync("dead.example", never).AsTask());

        using var other = await admission.EnterAsync();
        Assert.False(other!.OutsideAsync("healthy.example", never).AsTask().IsCompleted);
        Assert.Equal(["outside_full"], _bench.Refused);
    }

    [Fact]
    public async Task Whoever_waits_for_a_commit_leaves_the_place_to_others_and_is_not_held_up_afterwards()
    {
        using var admission = _bench.Admission(concurrency: 1);
        var commit = new TaskCompletionSource<string>();
        using var writer = await admission.EnterAsync();
        var answer = writer!.CommittedAsync(commit.Task).AsTask();
        using var reader = await admission.EnterAsync();
        Assert.NotNull(reader);
        var arriving = admission.EnterAsync();

        commit.SetResult("written");

        Assert.Equal("written", await answer);
        writer.Dispose(); // One worked too many, so nobody takes its place.
        Assert.False(arriving.IsCompleted);
        reader.Dispose();
        (await arriving)!.Dispose();
        using var next = await admission.EnterAsync();
        var after = admission.EnterAsync();
        Assert.False(after.IsCompleted);
    }

    [Fact]
    public async Task A_commit_that_failed_leaves_nothing_taken()
    {
        using var admission = _bench.Admission(concurrency: 1);
        using (var writer = await admission.EnterAsync())
        {
            var commit = new TaskCompletionSource<string>();
            var answer = writer!.CommittedAsync(commit.Task).AsTask();
            commit.SetException(new FormatException());
            await Assert.ThrowsAsync<FormatException>(() => answer);
        }

        using var next = await admission.EnterAsync();
        Assert.NotNull(next);
        var after = admission.EnterAsync();
        Assert.False(after.IsCompleted);
    }

    [Fact]
    public async Task When_too_many_wait_for_commits_the_next_keeps_its_place_and_is_answered()
    {
        using var admission = _bench.Admission(concurrency: 1, outside: 4);
        using var first = await admission.EnterAsync();
        _ = first!.CommittedAsync(new TaskCompletionSource<string>().Task).AsTask();
        using var second = await admission.EnterAsync();
        var commit = new TaskCompletionSource<string>();
        var answer = second!.CommittedAsync(commit.Task).AsTask();

        var arriving = admission.EnterAsync();
        Assert.False(arriving.IsCompleted);
        commit.SetResult("written");

        Assert.Equal("written", await answer);
        Assert.Empty(_bench.Refused);
        second.Dispose();
        (await arriving)!.Dispose();
    }

    [Fact]
    public async Task An_overload_is_told_once_in_a_while_with_how_many_it_met()
    {
        using var admission = _bench.Admission(concurrency: 1, queue: 0);
        using var working = await admission.EnterAsync();
        for (var count = 0; count < 100; count++)
        {
            Assert.Null(await admission.EnterAsync());
        }

        _clock.Advance(Refusals.Pause);
        Assert.Null(await admission.EnterAsync());

        Assert.Equal(["1", "100"], _bench.Lines.Select(line => line.Split(": ")[1].Split(' ')[0]));
    }

    [Fact]
    public async Task Random_crowds_never_exceed_the_limit_and_leave_nothing_behind()
    {
        using var admission = _bench.Admission(concurrency: 4, queue: 1000, outside: 4000, clock: TimeProvider.System);
        var (running, most, served) = (0, 0, 0);

        await Task.WhenAll(Enumerable.Range(0, 400).Select(number => Task.Run(async () =>
        {
            using var place = await admission.EnterAsync();
            if (place is null)
            {
                return;
            }

            Work();
            if (number % 3 == 0)
            {
                await place.OutsideAsync($"{number % 2}", Task.Delay(1).ContinueWith(_ => number, TaskScheduler.Default));
                Work();
            }

            Interlocked.Increment(ref served);
        })));

        Assert.InRange(most, 1, 4);
        Assert.InRange(served, 1, 400);
        var after = new List<Place?>();
        for (var count = 0; count < 4; count++)
        {
            after.Add(await admission.EnterAsync());
        }

        Assert.DoesNotContain(null, after);
        var fifth = admission.EnterAsync();
        Assert.False(fifth.IsCompleted);
        after[0]!.Dispose();
        Assert.NotNull(await fifth);

        void Work()
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            Thread.SpinWait(1000);
            Interlocked.Decrement(ref running);
        }
    }

    private static void InterlockedMax(ref int most, int now)
    {
        for (var seen = Volatile.Read(ref most); now > seen; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, now, seen);
        }
    }
}
