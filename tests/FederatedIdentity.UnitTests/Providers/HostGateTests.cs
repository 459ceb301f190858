using System.Net;
using FederatedIdentity.Providers.Engines;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.UnitTests.Providers;

public sealed class HostGateTests
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(5);
    private static readonly Exchange Timeout = Exchange.Failed(ExchangeEnd.TimedOut, "host", "late");

    private readonly ManualClock _clock = new();
    private readonly List<bool> _changes = [];
    private readonly HostGate _gate;

    public HostGateTests() => _gate = new HostGate("host", _clock, _changes.Add);

    [Fact]
    public async Task It_closes_after_twenty_failures_and_not_before()
    {
        await FailAsync(HostGate.FewestAttempts - 1);
        Assert.Empty(_changes);

        await FailAsync(1);
        Assert.Equal([true], _changes);
        Assert.Equal(ExchangeEnd.CircuitOpen, (await RunAsync(Answer(200))).End);
    }

    [Fact]
    public async Task It_stays_open_while_most_calls_are_answered()
    {
        for (var round = 0; round < 20; round++)
        {
            await RunAsync(Answer(200));
            await RunAsync(Answer(400));
            await FailAsync(1);
        }

        Assert.Empty(_changes);
    }

    [Fact]
    public async Task One_probe_at_a_time_finds_out_whether_the_host_is_back()
    {
        await FailAsync(HostGate.FewestAttempts);
        _clock.Advance(HostGate.BreakDuration + TimeSpan.FromSeconds(1));
        var answer = new TaskCompletionSource<Exchange>();
        var probe = _gate.RunAsync(_ => answer.Task, repeatable: false, Time, default);

        var others = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => RunAsync(Answer(200))));

        Assert.All(others, other => Assert.Equal(ExchangeEnd.CircuitOpen, other.End));
        answer.SetResult(Answer(200));
        Assert.Equal(ExchangeEnd.Answered, (await probe).End);
        Assert.Equal(ExchangeEnd.Answered, (await RunAsync(Answer(200))).End);
        Assert.Equal([true, false], _changes);
    }

    [Fact]
    public async Task A_probe_that_fails_shuts_it_for_as_long_again()
    {
        await FailAsync(HostGate.FewestAttempts);
        _clock.Advance(HostGate.BreakDuration + TimeSpan.FromSeconds(1));
        await FailAsync(1);

        Assert.Equal(ExchangeEnd.CircuitOpen, (await RunAsync(Answer(200))).End);
        _clock.Advance(HostGate.BreakDuration + TimeSpan.FromSeconds(1));
        Assert.Equal(ExchangeEnd.Answered, (await RunAsync(Answer(200))).End);
    }

    [Fact]
    public async Task Old_failures_are_forgotten()
    {
        await FailAsync(HostGate.FewestAttempts - 1);
        _clock.Advance(TimeSpan.FromSeconds(11));
        await FailAsync(HostGate.FewestAttempts - 1);

        Assert.Empty(_changes);
    }

    [Fact]
    public async Task Too_many_calls_at_once_fail_at_once_and_count_against_nobody()
    {
        var answer = new TaskCompletionSource<Exchange>();
        var calls = Enumerable.Range(0, HostGate.MaxCalls).Select(_ => _gate.RunAsync(_ => answer.Task, false, Time, default)).ToList();

        for (var extra = 0; extra < 20; extra++)
        {
            Assert.Equal(ExchangeEnd.Overloaded, (await RunAsync(Answer(200))).End);
        }

        answer.SetResult(Answer(200));
        Assert.All(await Task.WhenAll(calls), call => Assert.Equal(ExchangeEnd.Answered, call.End));
        Assert.Equal(ExchangeEnd.Answered, (await RunAsync(Answer(200))).End);
        Assert.False(_gate.IsBusy);
        Assert.Empty(_changes);
    }

    [Fact]
    public async Task An_exception_of_our_own_is_thrown_and_says_nothing_about_the_host()
    {
        for (var call = 0; call < 10; call++)
        {
            await Assert.ThrowsAsync<FormatException>(() => _gate.RunAsync(_ => throw new FormatException(), true, Time, default));
        }

        Assert.Empty(_changes);
        Assert.False(_gate.IsBusy);
    }

    [Fact]
    public async Task The_longest_unused_host_makes_room_for_a_new_one_and_a_busy_one_stays()
    {
        var gates = new HostGates(_clock, new ListLogger<HostGate>()) { MaxHosts = 3 };
        var answer = new TaskCompletionSource<Exchange>();
        var busy = gates.Of(Host(0), Thumbprints.None);
        var call = busy.RunAsync(_ => answer.Task, repeatable: false, Time, default);
        for (var host = 1; host < 100; host++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            gates.Of(Host(host), Thumbprints.None);
        }

        Assert.Equal(3, gates.Count);
        Assert.Same(busy, gates.Of(Host(0), Thumbprints.None));
        answer.SetResult(Answer(200));
        await call;
    }

    [Fact]
    public void A_host_is_the_same_in_any_spelling_and_another_on_another_port()
    {
        var gates = new HostGates(_clock, new ListLogger<HostGate>());

        Assert.Same(gates.Of(new("https://EXAMPLE.com/a"), Thumbprints.None), gates.Of(new("https://example.com:443/b?c"), Thumbprints.None));
        Assert.NotSame(gates.Of(new("https://example.com/"), Thumbprints.None), gates.Of(new("https://example.com:8443/"), Thumbprints.None));
    }

    [Fact]
    public async Task The_log_says_once_that_a_host_is_dead_and_once_that_it_is_back()
    {
        var log = new ListLogger<HostGate>();
        var gate = new HostGates(_clock, log).Of(Host(1), Thumbprints.None);
        for (var probe = 0; probe < 5; probe++)
        {
            for (var call = 0; call < HostGate.FewestAttempts; call++)
            {
                await gate.RunAsync(_ => Task.FromResult(Timeout), false, Time, default);
            }

            _clock.Advance(HostGate.BreakDuration + TimeSpan.FromSeconds(1));
        }

        await gate.RunAsync(_ => Task.FromResult(Answer(200)), false, Time, default);

        Assert.Equal(
            [(LogLevel.Warning, true), (LogLevel.Warning, false)],
            log.Lines.Select(line => (line.Level, line.Text.Contains("does not answer", StringComparison.Ordinal))));
    }

    private static Uri Host(int number) => new($"https://{number}.example/");

    private static Exchange Answer(int status) =>
        new(ExchangeEnd.Answered, new FetchResult.Ok((HttpStatusCode)status, [], null, TimeSpan.Zero));

    private Task<Exchange> RunAsync(Exchange end) => _gate.RunAsync(_ => Task.FromResult(end), repeatable: false, Time, default);

    private async Task FailAsync(int times)
    {
        for (var call = 0; call < times; call++)
        {
            Assert.Equal(Timeout, await RunAsync(Timeout));
        }
    }
}
