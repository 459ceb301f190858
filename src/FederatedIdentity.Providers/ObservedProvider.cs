using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.Providers;

/// <summary>
/// A provider whose verdicts are counted and logged; nothing of a token or a user gets into either. An outage is told once a second,
/// however many logins meet it.
/// </summary>
internal sealed partial class ObservedProvider(
    string kind, ILoginProvider provider, ProviderMetrics metrics, TimeProvider time, ILogger<ObservedProvider> log)
    : ILoginProvider
{
    private static readonly TimeSpan PauseBetweenWarnings = TimeSpan.FromSeconds(1);

    private long _lastWarning; // A timestamp of the clock; 0 before the first.

    public bool Serves(string loginKey, Pool pool) => provider.Serves(loginKey, pool);

    public async ValueTask<LoginVerdict> VerifyAsync(string loginKey, ProviderToken token, Pool pool, CancellationToken ct)
    {
        var verdict = await provider.VerifyAsync(loginKey, token, pool, ct);
        switch (verdict)
        {
            case LoginVerdict.Verified:
                metrics.Judged(kind, "verified");
                break;
            case LoginVerdict.Rejected rejected:
                metrics.Judged(kind, "rejected");
                Log.Rejected(log, kind, pool.Id.Value, rejected.Detail);
                break;
            case LoginVerdict.Unreachable unreachable:
                metrics.Judged(kind, "unreachable");
                if (MayWarn())
                {
                    Log.Unreachable(log, kind, pool.Id.Value, unreachable.Detail);
                }

                break;
        }

        return verdict;
    }

    private bool MayWarn()
    {
        var (now, last) = (time.GetTimestamp(), Volatile.Read(ref _lastWarning));
        return (last == 0 || time.GetElapsedTime(last, now) >= PauseBetweenWarnings)
            && Interlocked.CompareExchange(ref _lastWarning, now, last) == last;
    }

    private static partial class Log
    {
        // Debug: anyone can send bad tokens, and the request's own line says that it was refused.
        [LoggerMessage(1, LogLevel.Debug, "A {Kind} login for pool {Pool} is refused: {Detail}")]
        public static partial void Rejected(ILogger log, string kind, string pool, string detail);

        [LoggerMessage(2, LogLevel.Warning, "A {Kind} login for pool {Pool} cannot be judged: {Detail}")]
        public static partial void Unreachable(ILogger log, string kind, string pool, string detail);
    }
}
