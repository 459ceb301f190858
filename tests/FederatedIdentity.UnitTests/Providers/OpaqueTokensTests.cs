using System.Globalization;
using System.Text;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Providers.Engines;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.Providers;

public sealed class OpaqueTokensTests : IDisposable
{
    private static readonly OpaqueResult.Invalid Refused = new(LoginSentences.Unverified, "the vendor refuses");
    private static readonly OpaqueResult.Unavailable Away = new("the vendor is away");

    private readonly ManualClock _clock = new();
    private readonly MetricLog _metrics = new();
    private readonly OpaqueTokens _tokens;
    private int _asked;

    public OpaqueTokensTests() => _tokens = Tokens(OutboundHttp.LoginDeadline);

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public async Task P51_a_cached_success_is_refused_no_later_than_the_limit()
    {
        Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(Good()));

        _clock.Advance(OpaqueMemory.LongestUse - TimeSpan.FromSeconds(1));
        Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(Refused));
        Assert.Equal(1, _asked);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(Refused, await JudgeAsync(Refused));
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task P51_the_limit_counts_from_before_the_provider_was_asked()
    {
        await JudgeAsync(_ =>
        {
            _clock.Advance(TimeSpan.FromSeconds(4)); // The token was good when the provider looked, whenever in these seconds that was.
            return Task.FromResult<OpaqueResult>(Good());
        });

        _clock.Advance(OpaqueMemory.LongestUse - TimeSpan.FromSeconds(4));
        Assert.Same(Refused, await JudgeAsync(Refused));
    }

    [Fact]
    public async Task P51_use_does_not_prolong_the_life_of_an_answer()
    {
        await JudgeAsync(Good());
        for (var minute = 0; minute < 5; minute++)
        {
            Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(Refused));
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Same(Refused, await JudgeAsync(Refused));
    }

    [Fact]
    public async Task P52_two_hundred_parallel_requests_with_one_token_cause_one_call()
    {
        var gate = new TaskCompletionSource<OpaqueResult>();
        var calls = Enumerable.Range(0, 200).Select(_ => Task.Run(() => JudgeAsync(_ => gate.Task))).ToList();
        while (_metrics.Of("token_cache.lookups").Count() < 200)
        {
            await Task.Yield();
        }

        gate.SetResult(Good());

        Assert.All(await Task.WhenAll(calls), result => Assert.IsType<OpaqueResult.Valid>(result));
        Assert.Equal(1, _asked);
        Assert.Equal(1, _metrics.Of("token_cache.lookups").Count(labels => labels == "test miss"));
        Assert.Equal(199, _metrics.Of("token_cache.lookups").Count(labels => labels == "test joined"));
    }

    [Fact]
    public async Task P52_requests_that_come_while_the_answer_arrives_cause_no_second_call()
    {
        for (var round = 0; round < 200; round++)
        {
            _asked = 0;
            var token = "token-" + round.ToString(CultureInfo.InvariantCulture);
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => JudgeAsync(Good(), token))));
            Assert.Equal(1, _asked);
        }
    }

    [Fact]
    public async Task A_token_is_asked_about_again_when_it_has_expired()
    {
        await JudgeAsync(Good(_clock.GetUtcNow().AddSeconds(60)));

        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(Refused));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(Refused, await JudgeAsync(Refused));
    }

    [Fact]
    public async Task A_far_end_does_not_lift_the_limit_and_a_past_one_keeps_nothing()
    {
        await JudgeAsync(Good(DateTimeOffset.MaxValue));
        _clock.Advance(OpaqueMemory.LongestUse);
        Assert.Same(Refused, await JudgeAsync(Refused));

        await JudgeAsync(Good(DateTimeOffset.MinValue), "late");
        Assert.Same(Refused, await JudgeAsync(Refused, "late"));
    }

    [Fact]
    public async Task A_refusal_is_remembered_for_half_a_minute()
    {
        await JudgeAsync(Refused);

        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Same(Refused, await JudgeAsync(Good()));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(Good()));
    }

    [Fact]
    public async Task An_outage_is_never_remembered()
    {
        Assert.Same(Away, await JudgeAsync(Away));

        Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(Good()));
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task An_answer_belongs_to_its_token_its_app_and_its_provider()
    {
        await JudgeAsync(Good());

        Assert.Same(Refused, await JudgeAsync(Refused, "token2"));
        Assert.Same(Refused, await JudgeAsync(Refused, app: "app another-secret"));
        Assert.Same(Refused, await _tokens.JudgeAsync("other", "app secret", new("token"), Says(Refused), default));
        Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(Refused));
    }

    [Fact]
    public void Keys_of_other_parts_are_other_keys()
    {
        TokenKey[] keys =
        [
            TokenKey.Of("a", "b", "c"), TokenKey.Of("ab", "", "c"), TokenKey.Of("a", "bc", ""), TokenKey.Of("", "ab", "c"),
            TokenKey.Of("a", "b", "C"), TokenKey.Of("a", "b", "\ud800"), TokenKey.Of("a", "b", "\ud801"), TokenKey.Of("a", "b", "\ufffd"),
        ];

        Assert.Distinct(keys);
        Assert.Equal(keys[0], TokenKey.Of("a", "b", "c"));
    }

    [Fact]
    public async Task A_caller_who_leaves_ends_only_its_own_wait()
    {
        var gate = new TaskCompletionSource<OpaqueResult>();
        using var leaving = new CancellationTokenSource();
        var first = JudgeAsync(_ => gate.Task, ct: leaving.Token);
        var second = JudgeAsync(_ => gate.Task);

        await leaving.CancelAsync();
        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(leaving.Token, thrown.CancellationToken);
        gate.SetResult(Good());

        Assert.IsType<OpaqueResult.Valid>(await second);
        Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(Refused));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task A_provider_that_takes_too_long_over_several_calls_is_away()
    {
        var hasty = Tokens(TimeSpan.FromSeconds(0.2));

        Assert.IsType<OpaqueResult.Unavailable>(await hasty.JudgeAsync("test", "app", new("token"), HangAsync, default));
        Assert.IsType<OpaqueResult.Valid>(await hasty.JudgeAsync("test", "app", new("token"), Says(Good()), default));
    }

    [Fact]
    public async Task A_bug_in_a_provider_is_thrown_to_everybody_and_the_next_request_starts_anew()
    {
        await Assert.ThrowsAsync<FormatException>(() => JudgeAsync(_ => throw new FormatException()));

        Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(Good()));
    }

    [Fact]
    public async Task A_flood_of_junk_takes_no_memory_and_pushes_out_no_good_answer()
    {
        await JudgeAsync(Good());

        for (var junk = 0; junk < OpaqueMemory.MaxRefused * 3; junk++)
        {
            await JudgeAsync(Refused, "junk-" + junk.ToString(CultureInfo.InvariantCulture));
        }

        Assert.InRange(_tokens.Remembered, 1, OpaqueMemory.MaxRefused + 1);
        Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(Refused));
    }

    [Fact]
    public void A_flood_of_good_tokens_pushes_out_the_oldest()
    {
        var memory = new OpaqueMemory(_clock);
        for (var token = 0; token < OpaqueMemory.MaxGood * 2; token++)
        {
            memory.Keep(KeyOf(token), Good(), _clock.GetTimestamp());
        }

        Assert.Equal(OpaqueMemory.MaxGood, memory.Count);
        Assert.Null(memory.Find(KeyOf(0)));
        Assert.NotNull(memory.Find(KeyOf((OpaqueMemory.MaxGood * 2) - 1)));
    }

    [Fact]
    public void What_has_expired_gives_its_memory_back()
    {
        var memory = new OpaqueMemory(_clock);
        for (var token = 0; token < 1000; token++)
        {
            memory.Keep(KeyOf(token), Good(), _clock.GetTimestamp());
        }

        _clock.Advance(OpaqueMemory.LongestUse);
        memory.Keep(KeyOf(1000), Good(), _clock.GetTimestamp());

        Assert.Equal(1, memory.Count);
    }

    [Fact]
    public async Task A_newer_answer_outlives_the_end_of_an_older_one_about_the_same_token()
    {
        await JudgeAsync(Good(_clock.GetUtcNow().AddSeconds(10)));
        _clock.Advance(TimeSpan.FromSeconds(10));
        await JudgeAsync(Good());
        await JudgeAsync(Good(), "token2");

        Assert.IsType<OpaqueResult.Valid>(await JudgeAsync(Refused));
    }

    [Fact]
    public async Task A_user_with_endless_claims_is_asked_about_every_time()
    {
        var json = Encoding.UTF8.GetBytes($$"""{"name":"{{new string('x', 60_000)}}"}""");
        var large = new OpaqueResult.Valid("user-1", new LoginClaims(json), null);

        Assert.Same(large, await JudgeAsync(large));
        Assert.Same(Refused, await JudgeAsync(Refused));
    }

    /// <summary>Of a replica that is alone; what replicas share has its own tests.</summary>
    private OpaqueTokens Tokens(TimeSpan deadline) =>
        new(new InMemoryTokenCache(_clock) { IsAway = true }.Replica(), _metrics.Metrics, _clock) { Deadline = deadline };

    private static OpaqueResult.Valid Good(DateTimeOffset? until = null) => new("user-1", LoginClaims.None, until);

    private static TokenKey KeyOf(int token) => TokenKey.Of("test", "app", token.ToString(CultureInfo.InvariantCulture));

    private static async Task<OpaqueResult> HangAsync(CancellationToken ct)
    {
        await Task.Delay(Timeout.Infinite, ct);
        return Away;
    }

    private static Func<CancellationToken, Task<OpaqueResult>> Says(OpaqueResult result) => _ => Task.FromResult(result);

    private Task<OpaqueResult> JudgeAsync(OpaqueResult result, string token = "token", string app = "app secret") =>
        JudgeAsync(Says(result), token, app);

    private Task<OpaqueResult> JudgeAsync(
        Func<CancellationToken, Task<OpaqueResult>> ask,
        string token = "token",
        string app = "app secret",
        CancellationToken ct = default) =>
        _tokens.JudgeAsync("test", app, new(token), deadline => CountAsync(ask, deadline), ct).AsTask();

    private Task<OpaqueResult> CountAsync(Func<CancellationToken, Task<OpaqueResult>> ask, CancellationToken ct)
    {
        Interlocked.Increment(ref _asked);
        return ask(ct);
    }
}
