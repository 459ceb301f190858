using FederatedIdentity.Server.Overload;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.UnitTests.Overload;

public sealed class BodyBudgetTests : IDisposable
{
    private const int Limit = 1 << 20;

    private readonly OverloadBench _bench = new(TimeProvider.System);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Ordinary_bodies_are_free_however_many()
    {
        var budget = Budget();

        Assert.All(Enumerable.Range(0, 1000), _ => Assert.True(budget.Open().TryGrowTo(BodyBudget.Free)));
    }

    [Fact]
    public void Large_bodies_share_the_budget_and_give_back_what_they_took()
    {
        var budget = Budget();
        var first = budget.Open();
        using var second = budget.Open();
        using var third = budget.Open();
        Assert.True(first.TryGrowTo(BodyBudget.Free + (Limit / 4)));
        Assert.True(first.TryGrowTo(BodyBudget.Free + (Limit / 2)));
        Assert.True(second.TryGrowTo(BodyBudget.Free + (Limit / 2)));

        Assert.False(third.TryGrowTo(BodyBudget.Free + 1));
        Assert.Equal(["bodies_full"], _bench.Refused);

        first.Dispose();
        first.Dispose();
        Assert.True(third.TryGrowTo(BodyBudget.Free + (Limit / 2)));
        Assert.False(second.TryGrowTo(BodyBudget.Free + (Limit / 2) + 1));
    }

    private BodyBudget Budget() => new(Options.Create(new OverloadOptions { BodyBytes = Limit }), _bench.Refusals);
}
