using System.Collections.Concurrent;
using FederatedIdentity.Domain.Sharing;

namespace FederatedIdentity.Storage.Redis;

/// <summary>Rate budgets of this process alone.</summary>
internal sealed class LocalRateBudgets(TimeProvider clock) : IRateBudgets
{
    private readonly ConcurrentDictionary<string, double> _arrivals = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public ValueTask<bool> TrySpendAsync(ReadOnlyMemory<RateCharge> charges, CancellationToken ct)
    {
        var now = clock.GetTimestamp() / (double)clock.TimestampFrequency;
        lock (_gate)
        {
            foreach (var charge in charges.Span)
            {
                if (Next(charge, now) - now > charge.Burst / charge.PerSecond)
                {
                    return new(false);
                }
            }

            foreach (var charge in charges.Span)
            {
                _arrivals[charge.Name] = Next(charge, now);
            }
        }

        return new(true);
    }

    private double Next(RateCharge charge, double now) =>
        Math.Max(_arrivals.GetValueOrDefault(charge.Name, now), now) + (1 / charge.PerSecond);
}
