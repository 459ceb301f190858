using System.Text;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Providers.Engines;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>Several replicas that remember opaque tokens together.</summary>
public sealed class SharedOpaqueTokensTests : IDisposable
{
    private static readonly TimeSpan ASecond = TimeSpan.FromSeconds(1);
    private static readonly OpaqueResult.Invalid Refused = new(LoginSentences.Unverified, "the vendor refuses");
    private static readonly OpaqueResult.Unavailable Away = new("the vendor is away");

    private readonly ManualClock _clock = new();
    private readonly MetricLog _metrics = new();
    private readonly InMemoryTokenCache _shared;
    private readonly OpaqueTokens _one;
    private readonly OpaqueTokens _two;
    private int _asked;

    public SharedOpaqueTokensTests()
    {
        _shared = new InMemoryTokenCache(_clock);
        (_one, _two) = (Replica(), Replica());
    }

    public static TheoryData<byte[]> Junk =>
        [[], [1], new byte[20], new byte[500], [.. Enumerable.Repeat((byte)0xff, 40)], new byte[100_000], Encoding.UTF8.GetBytes("""{"sub":"admin"}""")];

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public async Task A_provider_is_asked_once_for_all_replicas()
    {
        Assert.Equal("user-1", Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(_one, Good())).Subject);

        Assert.Equal("user-1", Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(_two, Refused)).Subject);
        Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(_two, Refused));
        Assert.Equal(1, _asked);
        Assert.Equal(["test miss", "test shared", "test hit"], _metrics.Of("token_cache.lookups"));
        Assert.Equal(2, _shared.Questions); // What is in a replica's own memory costs nobody a round trip.
    }

    [Fact]
    public async Task Replicas_that_ask_at_once_wait_for_the_first()
    {
        var gate = new TaskCompletionSource<OpaqueResult>();
        var first = JudgeAsync(_one, _ => gate.Task);
        await UntilAsync(() => _asked == 1);
        var others = Enumerable.Range(0, 9).Select(_ => JudgeAsync(Replica(), Refused)).ToList();
        await UntilAsync(() => _shared.Questions >= 10);

        gate.SetResult(Good());

        Assert.IsType<OpaqueResult.Valid>(await first);
        Assert.All(await Task.WhenAll(others), result => Assert.IsType<OpaqueResult.Valid>(result));
        Assert.Equal(1, _asked);
        Assert.Equal(9, _metrics.Of("token_cache.lookups").Count(labels => labels == "test awaited"));
    }

    [Fact]
    public async Task The_age_of_an_answer_travels_with_it()
    {
        await JudgeAsync(_one, Good());

        _clock.Advance(OpaqueMemory.LongestUse - ASecond);
        Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(_two, Refused));
        _clock.Advance(ASecond);
        Assert.Same(Refused, await JudgeAsync(_two, Refused));
    }

    [Fact]
    public async Task The_age_counts_from_before_the_provider_was_asked()
    {
        await JudgeAsync(_one, _ =>
        {
            _clock.Advance(ASecond * 4);
            return Task.FromResult<OpaqueResult>(Good());
        });

        _clock.Advance(OpaqueMemory.LongestUse - (ASecond * 4));
        Assert.Same(Refused, await JudgeAsync(_two, Refused));
    }

    [Fact]
    public async Task The_end_that_the_provider_named_holds_for_all()
    {
        await JudgeAsync(_one, Good(_clock.GetUtcNow().AddSeconds(60)));

        _clock.Advance(ASecond * 59);
        Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(_two, Refused));
        _clock.Advance(ASecond);
        Assert.Same(Refused, await JudgeAsync(_two, Refused));
        Assert.Equal(Refused, await JudgeAsync(_one, Good()));
    }

    [Fact]
    public async Task A_refusal_holds_for_all_for_half_a_minute()
    {
        await JudgeAsync(_one, Refused);

        _clock.Advance(ASecond * 29);
        Assert.Equal(Refused, await JudgeAsync(_two, Good()));
        _clock.Advance(ASecond);
        Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(_two, Good()));
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task An_outage_is_one_replicas_own_and_the_next_asks_at_once()
    {
        Assert.Same(Away, await JudgeAsync(_one, Away));
        Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(_two, Good()));

        Assert.Equal((2, 2), (_asked, _shared.Questions)); // It did not wait for a turn that nobody has.
    }

    [Fact]
    public async Task Who_waits_takes_over_when_the_first_meets_an_outage()
    {
        var gate = new TaskCompletionSource<OpaqueResult>();
        var first = JudgeAsync(_one, _ => gate.Task);
        await UntilAsync(() => _asked == 1);
        var second = JudgeAsync(_two, Good());
        await UntilAsync(() => _shared.Questions >= 3);

        gate.SetResult(Away);

        Assert.Same(Away, await first);
        Assert.IsType<OpaqueResult.Valid>(await second);
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task Who_waits_takes_over_when_the_first_breaks_down()
    {
        await Assert.ThrowsAsync<FormatException>(() => JudgeAsync(_one, _ => throw new FormatException()));
        var hasty = new OpaqueTokens(_shared.Replica(), _metrics.Metrics, _clock) { Deadline = TimeSpan.FromSeconds(0.2) };
        Assert.IsType<OpaqueResult.Unavailable>(await JudgeAsync(hasty, ct => Task.Delay(-1, ct).ContinueWith<OpaqueResult>(_ => Away, ct)));

        Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(_two, Good()));
        Assert.Equal(3, _shared.Questions);
    }

    [Fact]
    public async Task A_replica_that_died_with_the_turn_stops_nobody()
    {
        await _shared.Replica().FindOrLeaseAsync(TokenKey.Of("test", "app", "token").SharedName, TimeSpan.FromHours(1), default);

        Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(_one, Good()));
        Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(_two, Refused));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task A_caller_who_leaves_ends_only_its_own_wait_for_another_replica()
    {
        var gate = new TaskCompletionSource<OpaqueResult>();
        using var leaving = new CancellationTokenSource();
        var first = JudgeAsync(_one, _ => gate.Task);
        await UntilAsync(() => _asked == 1);
        var (leaver, stayer) = (JudgeAsync(_two, Refused, ct: leaving.Token), JudgeAsync(_two, Refused));
        await UntilAsync(() => _shared.Questions >= 2);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        gate.SetResult(Good());

        Assert.IsType<OpaqueResult.Valid>(await stayer);
        Assert.IsType<OpaqueResult.Valid>(await first);
    }

    [Theory]
    [MemberData(nameof(Junk))]
    public async Task What_nobody_can_have_written_is_a_miss_and_is_replaced(byte[] junk)
    {
        _shared.Plant(TokenKey.Of("test", "app", "token").SharedName, junk, TimeSpan.FromHours(1));

        Assert.Same(Refused, await JudgeAsync(_one, Refused));
        Assert.Equal(Refused, await JudgeAsync(_two, Good()));
        Assert.Equal(1, _asked);
    }

    [Theory]
    [InlineData(-301)]
    [InlineData(-24 * 3600)]
    [InlineData(11)]
    [InlineData(3600)]
    public async Task An_answer_that_outlived_its_limit_or_is_yet_to_be_given_is_a_miss(int seconds)
    {
        var value = new SharedAnswer(Good(), _clock.GetUtcNow().AddSeconds(seconds)).Write()!;
        _shared.Plant(TokenKey.Of("test", "app", "token").SharedName, value, TimeSpan.FromDays(2));

        Assert.Same(Refused, await JudgeAsync(_one, Refused));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(200)]
    [InlineData(280)]
    [InlineData(3600)]
    public async Task A_replica_whose_clock_is_slow_notices_a_revocation_hardly_later_than_the_others(int slow)
    {
        var late = new ManualClock();
        late.Advance(TimeSpan.FromSeconds(-slow));
        var laggard = new OpaqueTokens(_shared.Replica(), _metrics.Metrics, late);
        await JudgeAsync(_one, Good());

        // It uses the token all the time, and only the provider's word, asked by itself, may move the end.
        var revoked = OpaqueMemory.LongestUse + ReplicaClocks.Slack;
        for (var passed = TimeSpan.Zero; passed < revoked; passed += ASecond)
        {
            await JudgeAsync(laggard, Away);
            _clock.Advance(ASecond);
            late.Advance(ASecond);
        }

        Assert.Same(Refused, await JudgeAsync(laggard, Refused));
    }

    [Fact]
    public async Task A_borrowed_answer_is_looked_up_again_before_long()
    {
        await JudgeAsync(_one, Good());
        await JudgeAsync(_two, Refused);

        _clock.Advance(ReplicaClocks.Slack - ASecond);
        await JudgeAsync(_two, Refused);
        Assert.Equal(2, _shared.Questions);
        _clock.Advance(ASecond);
        Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(_two, Refused));
        Assert.Equal((1, 3), (_asked, _shared.Questions));
    }

    [Fact]
    public async Task Without_the_shared_memory_each_replica_asks_for_itself_and_afterwards_they_share_again()
    {
        _shared.IsAway = true;
        await JudgeAsync(_one, Good());
        await JudgeAsync(_two, Good());
        Assert.Equal(2, _asked);

        _shared.IsAway = false;
        await JudgeAsync(_one, Good(), token: "another");
        Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(_two, Refused, token: "another"));
        Assert.Equal(3, _asked);
    }

    [Fact]
    public async Task An_answer_belongs_to_its_token_its_app_and_its_provider()
    {
        await JudgeAsync(_one, Good());

        Assert.Same(Refused, await JudgeAsync(_two, Refused, token: "token2"));
        Assert.Same(Refused, await _two.JudgeAsync("test", "another app", new("token"), _ => Task.FromResult<OpaqueResult>(Refused), default));
        Assert.Same(Refused, await _two.JudgeAsync("other", "app", new("token"), _ => Task.FromResult<OpaqueResult>(Refused), default));
    }

    [Fact]
    public async Task Neither_token_nor_app_is_in_a_name_and_endless_claims_are_nowhere()
    {
        await JudgeAsync(_one, Good(), token: "secret-token");
        await JudgeAsync(_one, new OpaqueResult.Valid("user-1", new(Encoding.UTF8.GetBytes($$"""{"n":"{{new string('x', 5000)}}"}""")), null));
        await JudgeAsync(_one, new OpaqueResult.Invalid("sentence", new string('x', 5000)), token: "third");

        var (name, value) = Assert.Single(_shared.Values);
        Assert.Matches("^opaque-token-1:[0-9a-f]{64}$", name);
        Assert.DoesNotContain("token", Encoding.Latin1.GetString(value), StringComparison.Ordinal);
    }

    private static OpaqueResult.Valid Good(DateTimeOffset? until = null) => new("user-1", LoginClaims.None, until);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(5, patience.Token);
        }
    }

    private OpaqueTokens Replica() => new(_shared.Replica(), _metrics.Metrics, _clock);

    private Task<OpaqueResult> JudgeAsync(OpaqueTokens replica, OpaqueResult result, string token = "token", CancellationToken ct = default) =>
        JudgeAsync(replica, _ => Task.FromResult(result), token, ct);

    private Task<OpaqueResult> JudgeAsync(
        OpaqueTokens replica, Func<CancellationToken, Task<OpaqueResult>> ask, string token = "token", CancellationToken ct = default) =>
        replica.JudgeAsync(
            "test",
            "app",
            new(token),
            deadline =>
            {
                Interlocked.Increment(ref _asked);
                return ask(deadline);
            },
            ct).AsTask();
}
