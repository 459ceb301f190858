using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Storage.Redis;

/// <summary>
/// Asks Redis with a deadline, and stops asking when too many answers fail or come late: from then on a question costs nothing and has
/// no answer, until a probe, which no request waits for, finds that Redis answers again. Never throws for an outage.
/// </summary>
internal sealed partial class RedisCircuit(
    RedisConnection connection, IOptions<RedisOptions> options, RedisMetrics metrics, TimeProvider clock, ILogger<RedisCircuit> logger)
    : IDisposable
{
    // Five failures in a row open, and so does a lasting share of more than a fifth.
    private const int Failure = 4;
    private const int Success = -1;
    private const int TooMany = 5 * Failure;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _opened = new(0, 1);
    private readonly TimeSpan _deadline = options.Value.CommandTimeout;
    private bool _open = true; // Until the first probe.
    private bool _warned;
    private int _score;
    private long _since = clock.GetTimestamp();

    public bool IsOpen => Volatile.Read(ref _open);

    /// <summary>
    /// The answer, if it comes in time. <paramref name="state"/> spares the closure: this is asked on every request.
    /// </summary>
    public ValueTask<RedisAnswer<T>> AskAsync<TState, T>(
        TState state, Func<RedisConnection, TState, Task<T>> command, CancellationToken ct)
    {
        if (!IsOpen)
        {
            return SendAsync(state, command, ct);
        }

        metrics.Spared("circuit_open");
        return default;
    }

    /// <summary>Asks also when the circuit is open; an answer closes it.</summary>
    public async Task<RedisAnswer<T>> ProbeAsync<TState, T>(
        TState state, Func<RedisConnection, TState, Task<T>> command, CancellationToken ct)
    {
        var answer = await SendAsync(state, command, ct);
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
        TState state, Func<RedisConnection, TState, Task<T>> command, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        Task<T>? answer = null;
        try
        {
            answer = command(connection, state);
            var value = await answer.WaitAsync(_deadline, clock, ct);
            Count(Success, "");
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
            metrics.Ran(late ? "late" : "failed", clock.GetElapsedTime(started));
            Count(Failure, late ? "late" : RedisConnection.Reason(failure));
            return default;
        }
    }

    // Whatever still becomes of it is of no interest, but an exception that nobody looks at would be reported as one.
    private static void Forget(Task? answer) => answer?.ContinueWith(
        static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private void Count(int step, string reason)
    {
        if (step == Success && Volatile.Read(ref _score) == 0)
        {
            return;
        }

        lock (_gate)
        {
            _score = Math.Clamp(_score + step, 0, TooMany);
            if (_score == TooMany)
            {
                Open(reason);
            }
        }
    }

    private void Open(string reason)
    {
        if (!_open)
        {
            (_open, _since, metrics.CircuitOpen) = (true, clock.GetTimestamp(), true);
            _opened.Release(); // Never twice: closing takes back what nobody waited for.
        }

        if (!_warned)
        {
            _warned = true;
            Log.Opened(logger, reason);
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

            (_open, _score, _warned, metrics.CircuitOpen) = (false, 0, false, false);
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
