using System.Security.Cryptography;
using Polly;
using Polly.CircuitBreaker;

namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// Stands before one host: lets so many calls at once through and none at all while the host is dead, so that a dead provider costs
/// neither threads nor time. Repeats a call at most once.
/// </summary>
internal sealed class HostGate
{
    internal const int MaxCalls = 256;

    /// <summary>So many attempts say something about a host. Fewer, and two unlucky logins would be enough.</summary>
    internal const int FewestAttempts = 20;

    internal static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(5);

    private readonly string _host;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<Exchange> _breaker;
    private long _lastUsed;
    private int _calls;

    /// <summary><paramref name="onChange"/> hears true when the host is found dead, and false when it has come back.</summary>
    public HostGate(string host, TimeProvider time, Action<bool> onChange)
    {
        (_host, _time) = (host, time);
        _lastUsed = time.GetTimestamp();
        var options = new CircuitBreakerStrategyOptions<Exchange>
        {
            FailureRatio = 0.5,
            MinimumThroughput = FewestAttempts,
            SamplingDuration = TimeSpan.FromSeconds(10),
            BreakDuration = BreakDuration,
            ShouldHandle = arguments => new(arguments.Outcome.Result is { ShowsOutage: true }),
            OnOpened = _ => Tell(true),
            OnClosed = _ => Tell(false),
        };
        _breaker = new ResiliencePipelineBuilder<Exchange> { TimeProvider = time }.AddCircuitBreaker(options).Build();

        ValueTask Tell(bool dead)
        {
            onChange(dead);
            return default;
        }
    }

    /// <summary>When somebody last called, as a timestamp of the clock.</summary>
    public long LastUsed => Volatile.Read(ref _lastUsed);

    public bool IsBusy => Volatile.Read(ref _calls) > 0;

    /// <summary>
    /// The last attempt's end. There is a second one only of a call that is <paramref name="repeatable"/>, and only while at least
    /// half of the <paramref name="allowed"/> time is left.
    /// </summary>
    public async Task<Exchange> RunAsync(
        Func<CancellationToken, Task<Exchange>> attempt, bool repeatable, TimeSpan allowed, CancellationToken deadline)
    {
        var started = _time.GetTimestamp();
        Volatile.Write(ref _lastUsed, started);
        try
        {
            if (Interlocked.Increment(ref _calls) > MaxCalls)
            {
                return Exchange.Failed(ExchangeEnd.Overloaded, _host, "too many calls under way");
            }

            var first = await AttemptAsync(attempt, deadline);
            if (!repeatable || !first.IsWorthRepeating || _time.GetElapsedTime(started) > allowed / 2)
            {
                return first;
            }

            // Spread out, so that the calls that failed together do not come back together.
            var pause = TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(50, 200));
            await Task.Delay(pause, _time, CancellationToken.None);
            var second = await AttemptAsync(attempt, deadline);
            return second.End == ExchangeEnd.CircuitOpen ? first : second;
        }
        finally
        {
            Interlocked.Decrement(ref _calls);
        }
    }

    private async Task<Exchange> AttemptAsync(Func<CancellationToken, Task<Exchange>> attempt, CancellationToken deadline)
    {
        // The breaker is not shown the deadline: running into it is an end like others, and it has to count.
        var context = ResilienceContextPool.Shared.Get(CancellationToken.None);
        try
        {
            var outcome = await _breaker.ExecuteOutcomeAsync(
                static async (_, call) => Outcome.FromResult(await call.attempt(call.deadline)), context, (attempt, deadline));
            if (outcome.Exception is BrokenCircuitException)
            {
                return Exchange.Failed(ExchangeEnd.CircuitOpen, _host, "found dead a moment ago");
            }

            outcome.ThrowIfException();
            return outcome.Result!;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
