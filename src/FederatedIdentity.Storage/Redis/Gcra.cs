using FederatedIdentity.Domain.Sharing;

namespace FederatedIdentity.Storage.Redis;

/// <summary>
/// The generic cell rate algorithm, in microseconds: one unit arrives every <paramref name="Interval"/>, and a budget may be ahead of
/// the units' arrival by at most <paramref name="Tolerance"/>. All a budget has to remember is when its last unit arrives.
/// <c>Scripts/spend.lua</c> has the same arithmetic.
/// </summary>
internal readonly record struct Gcra(double Interval, double Tolerance)
{
    // Sums of fractions are not exact; without it the last unit of a burst would depend on rounding.
    private const double Slack = 0.001;

    // Slower budgets could not be told from empty ones.
    private const double Slowest = 1e-6;

    /// <summary>The rule of a budget, or of the share that each of so many replicas has of it, which is one unit at least.</summary>
    public static Gcra Of(RateCharge charge, int replicas = 1)
    {
        var interval = 1_000_000 / charge.PerSecond * replicas;
        return new(interval, interval * Math.Max((double)charge.Burst / replicas, 1));
    }

    /// <summary>
    /// What each of so many replicas spends of a budget ahead of Redis: half of its share; or one unit where that is less, unless it is
    /// more than half of the budget.
    /// </summary>
    public static Gcra Ahead(RateCharge charge, int replicas)
    {
        var share = Of(charge, replicas);
        return share with { Tolerance = Math.Max(share.Tolerance / 2, charge.Burst > 1 ? share.Interval : 0) };
    }

    /// <summary>Whether a budget can ever grant anything.</summary>
    public static bool IsGrantable(RateCharge charge) => charge is { PerSecond: >= Slowest, Burst: >= 1 };

    /// <summary>Whether this cannot come from spending such a budget: it was smaller, or somebody else wrote it.</summary>
    public bool IsStrange(double arrival, double now) => arrival > now + Tolerance + Interval;

    /// <summary>When the last unit arrives once another one is spent.</summary>
    public double Spend(double arrival, double now) => Math.Clamp(arrival, now, now + Tolerance) + Interval;

    /// <summary>How long the budget lacks a unit; nothing, or less, when there is one.</summary>
    public double Wait(double arrival, double now)
    {
        var wait = Spend(arrival, now) - now - Tolerance;
        return wait > Interval * Slack ? wait : 0;
    }
}
