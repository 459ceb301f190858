namespace FederatedIdentity.Storage.Redis;

/// <summary>
/// What one replica remembers of a budget: how far its own share is spent, and until when Redis would refuse anyway, or has less than half
/// of all left. Takes no lock.
/// </summary>
internal sealed class LocalBudget
{
    // A budget that was changed meanwhile, or lost by Redis, is not refused for longer on the word of the old one.
    private const double LongestMemory = 1_000_000;

    private double _arrival;
    private double _refusedUntil;
    private double _scarceUntil;

    public bool IsRefused(double now) => now < Volatile.Read(ref _refusedUntil);

    public bool IsScarce(double now) => now < Volatile.Read(ref _scarceUntil);

    /// <summary>Until when it is refused.</summary>
    public double Refuse(double now, double wait)
    {
        var until = now + Math.Min(wait, LongestMemory);
        Volatile.Write(ref _refusedUntil, until);
        return until;
    }

    /// <summary>For so long less than half is left of what all replicas share.</summary>
    public void BecomeScarce(double now, double wait) => Volatile.Write(ref _scarceUntil, now + Math.Min(wait, LongestMemory));

    public bool HasUnit(Gcra share, double now)
    {
        var seen = Volatile.Read(ref _arrival);
        if (share.IsStrange(seen, now))
        {
            Replace(seen, now + share.Tolerance);
        }

        return share.Wait(seen, now) <= 0;
    }

    /// <summary>Spends a unit of the share if there is one.</summary>
    public bool TrySpend(Gcra share, double now)
    {
        while (true)
        {
            var seen = Volatile.Read(ref _arrival);
            if (share.Wait(seen, now) > 0)
            {
                return false;
            }

            if (Replace(seen, share.Spend(seen, now)))
            {
                return true;
            }
        }
    }

    /// <summary>Spends a unit that somebody else granted, and no more than all of the share.</summary>
    public void Spend(Gcra share, double now)
    {
        double seen;
        do
        {
            seen = Volatile.Read(ref _arrival);
        }
        while (!Replace(seen, Math.Min(share.Spend(seen, now), now + share.Tolerance)));
    }

    public void GiveBack(Gcra share)
    {
        double seen;
        do
        {
            seen = Volatile.Read(ref _arrival);
        }
        while (!Replace(seen, seen - share.Interval));
    }

    /// <summary>Whether forgetting this gives away at most so many microseconds' worth of units.</summary>
    public bool IsForgettable(double now, double worth) => Volatile.Read(ref _arrival) - now <= worth && !IsRefused(now);

    // Bits, because a comparison of numbers is not what an exchange does.
    private bool Replace(double seen, double arrival) => BitConverter.DoubleToInt64Bits(
        Interlocked.CompareExchange(ref _arrival, arrival, seen)) == BitConverter.DoubleToInt64Bits(seen);
}
