using FederatedIdentity.Domain.Sharing;

namespace FederatedIdentity.Storage.Redis;

/// <summary>
/// The budgets as one replica keeps them by itself: its share of each, all of it for a single one. Also remembers what Redis said of
/// them, so that a replica which loses Redis goes on where it was. Its memory is bounded.
/// </summary>
internal sealed class LocalRateBudgets(TimeProvider clock, ReplicaCount replicas) : IRateBudgets
{
    private readonly LocalBudgetTable _table = new();
    private double _noneRefusedFrom; // Mostly that is over, and then nothing has to be looked up.

    /// <summary>A point in time for the other members.</summary>
    public double Now => clock.GetTimestamp() * (1_000_000d / clock.TimestampFrequency);

    public ValueTask<bool> TrySpendAsync(ReadOnlyMemory<RateCharge> charges, CancellationToken ct) => new(TrySpend(charges.Span));

    /// <summary>Whether it is known without asking that one of the budgets is used up.</summary>
    public bool AreRefused(ReadOnlySpan<RateCharge> charges)
    {
        var now = Now;
        var someAreRefused = now < Volatile.Read(ref _noneRefusedFrom);
        foreach (var charge in charges)
        {
            if (!Gcra.IsGrantable(charge) || (someAreRefused && _table.Find(charge.Name) is { } budget && budget.IsRefused(now)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether Redis refused the budget a moment ago, or this replica's share of it is spent.</summary>
    public bool IsUsedUp(RateCharge charge)
    {
        var now = Now;
        return !Gcra.IsGrantable(charge)
            || (_table.Find(charge.Name) is { } budget && (budget.IsRefused(now) || !budget.HasUnit(Gcra.Of(charge, replicas.Value), now)));
    }

    /// <summary>Spends all charges from this replica's share, or none.</summary>
    public bool TrySpend(ReadOnlySpan<RateCharge> charges)
    {
        var (now, sharing) = (Now, replicas.Value);
        foreach (var charge in charges)
        {
            if (!Gcra.IsGrantable(charge) || !(_table.Find(charge.Name)?.HasUnit(Gcra.Of(charge, sharing), now) ?? true))
            {
                return false;
            }
        }

        for (var i = 0; i < charges.Length; i++)
        {
            if (!_table.Get(charges[i].Name, now).TrySpend(Gcra.Of(charges[i], sharing), now))
            {
                GiveBack(charges[..i], now, sharing); // Another request took the last unit since the look above.
                return false;
            }
        }

        return true;
    }

    /// <summary>Spends all charges ahead of Redis, or none where one of the budgets may not be far from used up.</summary>
    public bool TrySpendAhead(ReadOnlySpan<RateCharge> charges)
    {
        var (now, sharing) = (Now, replicas.Value);
        for (var i = 0; i < charges.Length; i++)
        {
            var budget = _table.Get(charges[i].Name, now);
            if (budget.IsScarce(now) || !budget.TrySpend(Gcra.Ahead(charges[i], sharing), now))
            {
                GiveBack(charges[..i], now, sharing);
                return false;
            }
        }

        return true;
    }

    /// <summary>Redis granted the charges.</summary>
    public void Granted(ReadOnlySpan<RateCharge> charges)
    {
        var (now, sharing) = (Now, replicas.Value);
        foreach (var charge in charges)
        {
            _table.Get(charge.Name, now).Spend(Gcra.Of(charge, sharing), now);
        }
    }

    /// <summary>Redis, asked at <paramref name="asked"/>, refuses the budget for so many microseconds from then on.</summary>
    public void Refused(RateCharge charge, double asked, double wait)
    {
        var until = _table.Get(charge.Name, asked).Refuse(asked, wait);
        double seen;
        do
        {
            seen = Volatile.Read(ref _noneRefusedFrom);
        }
        while (seen < until && Interlocked.CompareExchange(ref _noneRefusedFrom, until, seen) != seen);
    }

    /// <summary>Of the budget in Redis, asked at <paramref name="asked"/>, less than half is left for so many microseconds from then on.</summary>
    public void BecomeScarce(RateCharge charge, double asked, double wait) => _table.Get(charge.Name, asked).BecomeScarce(asked, wait);

    private void GiveBack(ReadOnlySpan<RateCharge> charges, double now, int sharing)
    {
        foreach (var charge in charges)
        {
            _table.Get(charge.Name, now).GiveBack(Gcra.Of(charge, sharing));
        }
    }
}
