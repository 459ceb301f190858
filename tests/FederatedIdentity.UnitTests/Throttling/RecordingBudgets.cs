using FederatedIdentity.Domain.Sharing;

namespace FederatedIdentity.UnitTests.Throttling;

/// <summary>Writes down what each request spends, and grants it unless one of the budgets that a test names is among it.</summary>
internal sealed class RecordingBudgets : IRateBudgets
{
    public List<RateCharge[]> Spent { get; } = [];

    /// <summary>How the name of a budget begins that is used up.</summary>
    public string? UsedUp { get; set; }

    /// <summary>Does not know afterwards which budget it was, as budgets may.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Runs in the moment that a request pays.</summary>
    public Action? OnSpending { get; set; }

    /// <summary>Nobody hears before this is done.</summary>
    public Task Answering { get; set; } = Task.CompletedTask;

    public IEnumerable<string> Names => Assert.Single(Spent).Select(charge => charge.Name);

    public async ValueTask<bool> TrySpendAsync(ReadOnlyMemory<RateCharge> charges, CancellationToken ct)
    {
        OnSpending?.Invoke();
        Spent.Add(charges.ToArray());
        await Answering.WaitAsync(ct);
        return !charges.ToArray().Any(Lacks);
    }

    public bool IsUsedUp(RateCharge charge) => !IsSilent && Lacks(charge);

    private bool Lacks(RateCharge charge) => UsedUp is not null && charge.Name.StartsWith(UsedUp, StringComparison.Ordinal);
}
