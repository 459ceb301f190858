using FederatedIdentity.Domain.Sharing;
using FederatedIdentity.Storage.Redis;

namespace FederatedIdentity.IntegrationTests.Redis;

/// <summary>What is made of the answers of a Redis that may be anybody's.</summary>
public sealed class SpendCallTests
{
    private static readonly RateCharge Shared = new("shared", 10, 5);
    private static readonly RateCharge Own = new("own", 1, 2);

    private readonly SpendCall _call = new("rate:", new Dictionary<RateCharge, int> { [Own] = 3 }, [new[] { Shared }, new[] { Own, Shared }]);

    [Fact]
    public void Every_budget_is_named_once() => Assert.Equal(["rate:own", "rate:shared"], _call.Script.Keys);

    [Fact]
    public void Refusals_and_what_is_scarce_are_told_apart()
    {
        var (verdicts, scarce) = _call.Read([2, 2, 1, 700, 0, 2, 50]);

        Assert.Equal([new(0, 0), new(1, 700)], verdicts);
        Assert.Equal([(Shared, 50)], scarce);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(new long[0])]
    [InlineData(new long[] { 1 })]
    [InlineData(new long[] { 3 })]
    [InlineData(new long[] { -2 })]
    [InlineData(new long[] { 2, 1 })]
    [InlineData(new long[] { 2, 1, 1, 1, 0 })]
    public void An_answer_to_something_else_is_none(long[]? answer)
    {
        var (verdicts, scarce) = _call.Read(answer);

        Assert.Equal([null, null], verdicts);
        Assert.Empty(scarce);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 3)]
    [InlineData(0, long.MinValue)]
    [InlineData(3, 1)]
    [InlineData(-1, 1)]
    [InlineData(long.MaxValue, 1)]
    public void Nobody_hears_of_bills_and_budgets_that_there_are_not(long bill, long place)
    {
        var (verdicts, scarce) = _call.Read([2, bill, place, 5]);

        Assert.Equal([new(0, 0), new(0, 0)], verdicts);
        Assert.Empty(scarce);
    }
}
