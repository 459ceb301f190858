using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Storage.Redis;

/// <summary>
/// Asks Redis with a deadline, and stops asking when answers fail or come late for a while: from then on a question costs nothing and
/// has no answer, until a probe, which no request waits for, finds that Redis answers again. Never throws for an outage.
/// </summary>
internal sealed partial class RedisCircuit(
    RedisConnection connection, IOptions<RedisOptions> options, RedisMetrics metrics, TimeProvider clock, ILogger<RedisCircuit> logger)
    : IDisposable
{
    // Time is cut into rounds, each at least as long as the deadline and with at least one answer. One short stall fails all commands
    // that are on their way, but not in so many rounds on end.
    private const int TooManyBadRounds = 4;
    private const int BadShare = 5; // A round is bad when more than one answer of so many fails.

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _opened = new(0, 1);
    private readonly TimeSpan _deadline = options.Value.CommandTimeout;
    private bool _open = true; // Until the first probe.
    private bool _warned;
    private long _since = clock.GetTimestamp();
    private long _roundStart = clock.GetTimestamp();
    private (int Answers, int Failures) _round;
    private int _badRounds;
    private string _reason = "";

    public bool IsOpen => Volatile.Read(ref _open);

    /// <summary>
    /// The answer, if it comes in time. <paramref name="name"/> is the command's in traces; <paramref name="state"/> spares the closure:
    /// this is asked on every request.
    /// </summary>
    public ValueTask<RedisAnswer<T>> AskAsync<TState, T>(
        string name, TState state, Func<RedisConnection, TState, Task<T>> command, CancellationToken ct)
    {
        if (!IsOpen)
        {
            return SendAsync(name, state, command, ct);
        }

        metrics.Spared("circuit_open");
        return default;
    }

    /// <summary>Asks also when the circuit is open; an answer closes it.</summary>
    public async Task<RedisAnswer<T>> ProbeAsync<TState, T>(
        string name, TState state, Func<RedisConnection, TState, Task<T>> command, CancellationToken ct)
    {
        var answer = await SendAsync(name, state, command, ct);
        if (answer.Given)
        {
            Close();
        }

        return answer;
    }

    /// <summary>Waits until the circuit opens, at most so long; whether it did.</summary>
    public Task<bool> WaitForOpeningAsync(TimeSpan most, CancellationToken ct) => _opened.WaitAsync(most, ct);

    public void Dispose() => _opened.Dispose();

    private async ValueTask<RedisAnswer<T>> SendAsync<TState, T>(
        string name, TState state, Func<RedisConnection, TState, Task<T>> command, CancellationToken ct)
    {
        using var span = StorageTracing.AskRedis(name);
        var started = clock.GetTimestamp();
        Task<T>? answer = null;
        try
        {
            answer = command(connection, state);
            var value = await answer.WaitAsync(_deadline, clock, ct);
            Count(failure: null);
            metrics.Ran("ok", clock.GetElapsedTime(started));
            return new(true, value);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            Forget(answer);
            throw;
        }
#pragma warning disable CA1031 // Redis is away, in whatever words: no request fails for that.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            var late = answer is { IsCompleted: false };
            Forget(answer);
            span.Fail(late ? "late" : "failed");
            metrics.Ran(late ? "late" : "failed", clock.GetElapsedTime(started));
            Count(late ? "late" : RedisConnection.Reason(failure));
            return default;
        }
    }

    // Whatever still becomes of it is of no interest, but an exception that nobody looks at would be reported as one.
    private static void Forget(Task? answer) => answer?.ContinueWith(
        static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private void Count(string? failure)
    {
        lock (_gate)
        {
            _reason = failure ?? _reason;
            _round = (_round.Answers + 1, _round.Failures + (failure is null ? 0 : 1));
            if (clock.GetElapsedTime(_roundStart) >= _deadline)
            {
                EndRound();
            }
        }
    }

    private void EndRound()
    {
        _badRounds = _round.Failures * BadShare > _round.Answers ? _badRounds + 1 : 0;
        (_round, _roundStart) = (default, clock.GetTimestamp());
        if (_badRounds >= TooManyBadRounds)
        {
            Open();
        }
    }

    private void Open()
    {
        if (!_open)
        {
            (_open, _since, metrics.CircuitOpen) = (true, clock.GetTimestamp(), true);
            _opened.Release(); // Never twice: closing takes back what nobody waited for.
        }

        if (!_warned)
        {
            _warned = true;
            Log.Opened(logger, _reason);
        }
    }

    private void Close()
    {
        lock (_gate)
        {
            if (!_open)
            {
                return;
            }

            (_open, _badRounds, _warned, metrics.CircuitOpen) = (false, 0, false, false);
            _opened.Wait(0);
            var elapsed = clock.GetElapsedTime(_since);
            Log.Closed(logger, elapsed);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message =
            "Redis does not answer in time ({Reason}): circuit open. Each replica goes on with its share of the rate limits, and "
            + "without the shared cache, until Redis answers a probe.")]
        public static partial void Opened(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message =
            "Redis answers: circuit closed, after {Elapsed}. Rate limits and caches are shared between replicas.")]
        public static partial void Closed(ILogger logger, TimeSpan elapsed);
    }
}
