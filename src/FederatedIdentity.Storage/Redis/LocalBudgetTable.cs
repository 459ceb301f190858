using System.Collections.Concurrent;

namespace FederatedIdentity.Storage.Redis;

/// <summary>
/// Budgets by name, at most <see cref="Most"/> of them whatever names clients make up. Those that say nothing any more go first, then
/// those whose loss gives away least, which is what a flood of new names leaves.
/// </summary>
internal sealed class LocalBudgetTable
{
    internal const int Most = 65_536;

    private const int First = 1024;

    // One look at all of them costs about a millisecond.
    private static readonly double[] _worths = [0, 1_000_000, 10_000_000, double.PositiveInfinity];

    private readonly ConcurrentDictionary<string, LocalBudget> _budgets = new(StringComparer.Ordinal);
    private int _count;
    private int _sweepAt = First;
    private int _sweeping;

    public int Count => Volatile.Read(ref _count);

    public LocalBudget? Find(string name) => _budgets.GetValueOrDefault(name);

    public LocalBudget Get(string name, double now)
    {
        if (_budgets.TryGetValue(name, out var known))
        {
            return known;
        }

        if (Count >= Volatile.Read(ref _sweepAt))
        {
            Sweep(now);
        }

        var fresh = new LocalBudget();
        var kept = _budgets.GetOrAdd(name, fresh);
        if (kept == fresh)
        {
            Interlocked.Increment(ref _count);
        }

        return kept;
    }

    private void Sweep(double now)
    {
        if (Interlocked.Exchange(ref _sweeping, 1) == 1)
        {
            return; // One thread sweeps, and the others add no more than one name each meanwhile.
        }

        foreach (var worth in _worths)
        {
            Forget(now, worth);
            if (Count <= Most / 2)
            {
                break;
            }
        }

        Volatile.Write(ref _sweepAt, Math.Clamp(Count * 2, First, Most));
        Volatile.Write(ref _sweeping, 0);
    }

    private void Forget(double now, double worth)
    {
        foreach (var budget in _budgets)
        {
            if (budget.Value.IsForgettable(now, worth) && _budgets.TryRemove(budget))
            {
                Interlocked.Decrement(ref _count);
            }
        }
    }
}
