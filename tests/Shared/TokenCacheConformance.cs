using FederatedIdentity.Domain.Sharing;

#pragma warning disable CA1716 // "Shared" is a keyword of Visual Basic, in which nobody will call these tests.
namespace FederatedIdentity.Tests.Shared;
#pragma warning restore CA1716

/// <summary>
/// What every token cache promises, whatever it is made of. A deriving class says how to get the caches of two replicas. Only promises:
/// the port may forget, but what it remembers in a test of two seconds it must remember right.
/// </summary>
public abstract class TokenCacheConformance
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _key = $"conformance:{Guid.NewGuid():n}";

    public static TheoryData<byte[]> ValuesThatMustSurvive => [[], [0], [.. Enumerable.Range(0, 256).Select(i => (byte)i)], new byte[64 * 1024]];

    /// <summary>The caches of two replicas that share everything; the same ones throughout a test.</summary>
    protected abstract ITokenCache One { get; }

    protected abstract ITokenCache Two { get; }

    [Fact]
    public async Task The_first_who_asks_gets_the_turn_and_the_others_wait()
    {
        Assert.IsType<SharedLookup.Yours>(await AskAsync(One));

        Assert.IsType<SharedLookup.Awaited>(await AskAsync(Two));
        Assert.IsType<SharedLookup.Awaited>(await AskAsync(One));
        Assert.Null(await Two.FindAsync(_key, default));
    }

    [Fact]
    public async Task Of_many_who_ask_at_once_one_gets_the_turn()
    {
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(asker => Task.Run(async () => await AskAsync(asker % 2 == 0 ? One : Two))));

        Assert.Single(answers.OfType<SharedLookup.Yours>());
        Assert.Equal(39, answers.OfType<SharedLookup.Awaited>().Count());
    }

    [Theory]
    [MemberData(nameof(ValuesThatMustSurvive))]
    public async Task What_one_keeps_the_other_finds_byte_for_byte(byte[] value)
    {
        await AskAsync(One);
        One.Keep(_key, value, Long);

        Assert.Equal(value, await FoundAsync(Two, _ => true));
        Assert.Equal(value, Assert.IsType<SharedLookup.Found>(await AskAsync(Two)).Value);
        Assert.Equal(value, Assert.IsType<SharedLookup.Found>(await AskAsync(One)).Value);
    }

    [Fact]
    public async Task A_value_may_be_kept_without_the_turn_and_the_newest_counts()
    {
        await AskAsync(One);

        Two.Keep(_key, [1], Long);
        await FoundAsync(One, value => value is [1]);
        One.Keep(_key, [2], Long);
        await FoundAsync(Two, value => value is [2]);
    }

    [Fact]
    public async Task What_is_kept_may_be_changed_by_its_owner_afterwards()
    {
        byte[] mine = [1, 2, 3];
        One.Keep(_key, mine, Long);
        mine.AsSpan().Clear();

        Assert.Equal([1, 2, 3], await FoundAsync(Two, _ => true));
    }

    [Fact]
    public async Task A_value_ends_and_then_somebody_gets_the_turn()
    {
        await AskAsync(One);
        One.Keep(_key, [1], Short);

        await EventuallyAsync(async () => await AskAsync(Two) is SharedLookup.Yours);
        Assert.Null(await One.FindAsync(_key, default));
    }

    [Theory]
    [InlineData(1)] // One tick: less than any cache can count.
    [InlineData(0)]
    [InlineData(-1)]
    public async Task A_value_without_a_life_harms_nobody(long ticks)
    {
        One.Keep(_key, [1], TimeSpan.FromTicks(ticks));
        One.Keep(_key + "-other", [2], Long);

        await EventuallyAsync(async () => await One.FindAsync(_key + "-other", default) is [2]);
        await EventuallyAsync(async () => await Two.FindAsync(_key, default) is null);
    }

    [Fact]
    public async Task A_turn_that_was_given_back_goes_to_the_next()
    {
        await AskAsync(One);
        One.Release(_key);

        await EventuallyAsync(async () => await AskAsync(Two) is SharedLookup.Yours);
        Assert.IsType<SharedLookup.Awaited>(await AskAsync(One));
    }

    [Fact]
    public async Task A_turn_of_one_who_died_ends()
    {
        await AskAsync(One, Short);

        await EventuallyAsync(async () => await AskAsync(Two) is SharedLookup.Yours);
    }

    [Fact]
    public async Task Nobody_gives_back_the_turn_of_another()
    {
        await AskAsync(One, Short);
        await EventuallyAsync(async () => await AskAsync(Two) is SharedLookup.Yours);

        One.Release(_key);
        One.Keep(_key + "-done", [1], Long); // When this is there, the release was worked off too.
        await EventuallyAsync(async () => await Two.FindAsync(_key + "-done", default) is not null);

        Assert.IsType<SharedLookup.Awaited>(await AskAsync(One));
    }

    [Fact]
    public async Task To_look_takes_no_turn_and_keys_are_compared_whole()
    {
        Assert.Null(await One.FindAsync(_key, default));
        One.Keep(_key + "x", [1], Long);
        One.Keep(_key.ToUpperInvariant(), [2], Long);
        await EventuallyAsync(async () => await Two.FindAsync(_key.ToUpperInvariant(), default) is [2]);

        Assert.Null(await Two.FindAsync(_key, default));
        Assert.IsType<SharedLookup.Yours>(await AskAsync(Two));
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            await Task.Delay(5, patience.Token);
        }
    }

    private ValueTask<SharedLookup> AskAsync(ITokenCache replica, TimeSpan? lease = null) =>
        replica.FindOrLeaseAsync(_key, lease ?? Long, default);

    private async Task<byte[]> FoundAsync(ITokenCache replica, Predicate<byte[]> wanted)
    {
        byte[]? found = null;
        await EventuallyAsync(async () => (found = await replica.FindAsync(_key, default)) is not null && wanted(found));
        return found!;
    }
}
