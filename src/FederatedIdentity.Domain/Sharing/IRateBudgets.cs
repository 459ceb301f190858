namespace FederatedIdentity.Domain.Sharing;

/// <summary>
/// One budget that a request spends one unit of, by the generic cell rate algorithm: <paramref name="PerSecond"/> a second on
/// average, and at most <paramref name="Burst"/> at once after a rest. Everybody who names the same <paramref name="Name"/> shares it.
/// </summary>
public readonly record struct RateCharge(string Name, double PerSecond, int Burst)
{
    /// <summary>That of the name: the same name with another rule is rare.</summary>
    public override int GetHashCode() => string.GetHashCode(Name, StringComparison.Ordinal);
}

/// <summary>The rate budgets that all replicas share.</summary>
public interface IRateBudgets
{
    /// <summary>
    /// Spends all charges, or none when one of the budgets is used up, which is false. At most one round trip, and none while the budgets
    /// are far from used up: then replicas learn of each other's spending milliseconds later. Never throws for an outage, during which
    /// each replica grants a fair share of the budgets by itself.
    /// Who awaits it may go on where the answers of many came, and holds the others up: nothing that takes long may follow.
    /// </summary>
    ValueTask<bool> TrySpendAsync(ReadOnlyMemory<RateCharge> charges, CancellationToken ct);

    /// <summary>
    /// Whether this replica knows, without asking anybody, that a budget is used up for the moment, as it does just after a refusal.
    /// False says nothing.
    /// </summary>
    bool IsUsedUp(RateCharge charge);
}
