using System.Security.Cryptography;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// Tries again what failed for a reason that passes, so that a restart of PostgreSQL or a change of its primary costs time and not an
/// error: for a short time, with growing pauses, never many at once, and not at all once an outage lasts.
/// </summary>
internal sealed class Repeats(PostgresHosts hosts, TimeProvider clock, PostgresMetrics metrics)
{
    /// <summary>After this time nothing is tried once more, and an outage that began so long ago is no longer waited out.</summary>
    internal static readonly TimeSpan Budget = TimeSpan.FromSeconds(2.5);

    /// <summary>A failure so long after the one before begins an outage of its own.</summary>
    internal static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    /// <summary>How many may be about to try again at once.</summary>
    internal const int MaxAtOnce = 64;

    private const int ShortestPauseMilliseconds = 20;
    private const int LongestPauseMilliseconds = 320;

    private long _failingSince;
    private long _failedLast;
    private int _waiting;

    /// <summary>The result of the first attempt that succeeds, or the failure of the last.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> attempt, Func<Exception, bool> mayRepeat, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        for (var pause = ShortestPauseMilliseconds; ; pause = Math.Min(pause * 2, LongestPauseMilliseconds))
        {
            try
            {
                var result = await attempt();
                Volatile.Write(ref _failingSince, 0);
                return result;
            }
            catch (Exception failure) when (mayRepeat(failure))
            {
                hosts.Reconsider(failure); // Also when nothing is repeated any more: the next request is to find the new primary.
                if (!MayWait(started))
                {
                    throw;
                }
            }

            await PauseAsync(pause, ct);
            metrics.Repeated();
        }
    }

    private bool MayWait(long started)
    {
        var now = clock.GetTimestamp();
        var since = Volatile.Read(ref _failingSince);
        if (since == 0 || clock.GetElapsedTime(Volatile.Read(ref _failedLast), now) > Quiet)
        {
            Volatile.Write(ref _failingSince, since = now);
        }

        Volatile.Write(ref _failedLast, now);
        return clock.GetElapsedTime(started, now) < Budget
            && clock.GetElapsedTime(since, now) < Budget
            && Volatile.Read(ref _waiting) < MaxAtOnce;
    }

    /// <summary>Half of the pause is certain and half is chance, so that those who failed together do not come back together.</summary>
    private async Task PauseAsync(int milliseconds, CancellationToken ct)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            var chance = RandomNumberGenerator.GetInt32(milliseconds / 2 + 1);
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds / 2 + chance), clock, ct);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
