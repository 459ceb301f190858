using FederatedIdentity.Domain.Sharing;
using FederatedIdentity.IntegrationTests.Storage;
using FederatedIdentity.Storage.Redis;

namespace FederatedIdentity.IntegrationTests.Redis;

/// <summary>What a replica grants by itself.</summary>
public sealed class LocalRateBudgetsTests
{
    private readonly ManualClock _clock = new();
    private readonly ReplicaCount _replicas = new(1);
    private readonly LocalRateBudgets _budgets;

    public LocalRateBudgetsTests() => _budgets = new LocalRateBudgets(_clock, _replicas);

    [Fact]
    public void A_burst_is_granted_and_then_the_rate()
    {
        var charge = new RateCharge("a", 10, 5);

        Assert.Equal(5, Granted(20, charge));
        _clock.Advance(TimeSpan.FromMilliseconds(301));
        Assert.Equal(3, Granted(20, charge));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(5, Granted(20, charge));
    }

    [Fact]
    public void All_charges_are_spent_or_none()
    {
        var (plenty, little) = (new RateCharge("plenty", 1, 10), new RateCharge("little", 1, 2));

        Assert.Equal(2, Granted(9, plenty, little));
        Assert.Equal(8, Granted(20, plenty));
    }

    [Fact]
    public void It_is_known_which_budget_is_used_up_and_for_how_long()
    {
        var (plenty, little) = (new RateCharge("plenty", 1, 10), new RateCharge("little", 1, 2));
        Assert.False(_budgets.IsUsedUp(little));

        Granted(3, plenty, little);
        Assert.Equal((false, true), (_budgets.IsUsedUp(plenty), _budgets.IsUsedUp(little)));
        _clock.Advance(TimeSpan.FromMilliseconds(1001));
        Assert.False(_budgets.IsUsedUp(little));

        _budgets.Refused(plenty, _budgets.Now, wait: 500_000);
        Assert.True(_budgets.IsUsedUp(plenty));
        _clock.Advance(TimeSpan.FromMilliseconds(501));
        Assert.False(_budgets.IsUsedUp(plenty));
    }

    [Fact]
    public void What_Redis_refused_is_remembered_for_as_long_as_it_said_whatever_was_refused_since()
    {
        var (other, brief, lasting) = (new RateCharge("other", 1, 10), new RateCharge("brief", 1, 10), new RateCharge("lasting", 1, 10));
        _budgets.Refused(lasting, _budgets.Now, wait: 500_000);
        _budgets.Refused(brief, _budgets.Now, wait: 100_000);

        Assert.Equal((false, true, true), (Refused(other), Refused(brief), Refused(lasting)));
        _clock.Advance(TimeSpan.FromMilliseconds(101));
        Assert.Equal((false, true), (Refused(brief), Refused(lasting)));
        Assert.True(_budgets.AreRefused([other, lasting]));
        _clock.Advance(TimeSpan.FromMilliseconds(400));
        Assert.False(Refused(lasting));

        bool Refused(RateCharge charge) => _budgets.AreRefused([charge]);
    }

    [Fact]
    public void Each_of_several_replicas_grants_its_share()
    {
        _replicas.Saw(3, settled: true);
        var charge = new RateCharge("a", 30, 9);

        Assert.Equal(3, Granted(20, charge));
        _clock.Advance(TimeSpan.FromMilliseconds(1001));
        Assert.Equal(3, Granted(20, charge));
    }

    [Fact]
    public void Who_has_just_come_back_counts_on_no_fewer_replicas_than_before()
    {
        _replicas.Saw(3, settled: false);
        _replicas.Saw(1, settled: false);
        Assert.Equal(3, _replicas.Value);

        _replicas.Saw(1, settled: true);
        Assert.Equal(1, _replicas.Value);
    }

    [Fact]
    public void What_Redis_granted_leaves_no_burst_to_whoever_loses_it()
    {
        _replicas.Saw(2, settled: true);
        var charge = new RateCharge("a", 10, 8);
        for (var i = 0; i < 100; i++)
        {
            _budgets.Granted([charge]);
        }

        Assert.Equal(0, Granted(10, charge));
        _clock.Advance(TimeSpan.FromMilliseconds(201));
        Assert.Equal(1, Granted(10, charge));
    }

    [Theory]
    [InlineData(8, 1, 4)]
    [InlineData(8, 2, 2)]
    [InlineData(8, 5, 1)]
    [InlineData(3, 1, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(2, 3, 1)]
    [InlineData(1, 1, 0)]
    [InlineData(1, 3, 0)]
    public void Half_of_a_share_is_granted_ahead_of_Redis_and_where_that_is_less_than_one_unit_one(int burst, int replicas, int ahead)
    {
        _replicas.Saw(replicas, settled: true);
        var charge = new RateCharge("a", 10, burst);

        Assert.Equal(ahead, GrantedAhead(20, charge));
        _clock.Advance(TimeSpan.FromMilliseconds((100 * replicas) + 1));
        Assert.Equal(Math.Min(ahead, 1), GrantedAhead(20, charge));
    }

    [Fact]
    public void All_charges_are_granted_ahead_or_none_and_they_are_spent_also_without_Redis()
    {
        var (plenty, little) = (new RateCharge("plenty", 1, 10), new RateCharge("little", 1, 4));

        Assert.Equal(2, GrantedAhead(9, plenty, little));
        Assert.Equal(3, GrantedAhead(9, plenty));
        Assert.Equal((5, 2), (Granted(9, plenty), Granted(9, little)));
    }

    [Fact]
    public void Of_what_is_scarce_nothing_is_granted_ahead_for_as_long_as_Redis_said_and_at_most_a_second()
    {
        var (brief, lasting) = (new RateCharge("brief", 1, 10), new RateCharge("lasting", 1, 10));
        _budgets.BecomeScarce(brief, _budgets.Now, 250_000);
        _budgets.BecomeScarce(lasting, _budgets.Now, 900_000_000);

        Assert.Equal((0, 0), (GrantedAhead(1, brief), GrantedAhead(1, lasting)));
        Assert.Equal(1, Granted(1, brief));
        _clock.Advance(TimeSpan.FromMilliseconds(251));
        Assert.Equal((1, 0), (GrantedAhead(1, brief), GrantedAhead(1, lasting)));
        _clock.Advance(TimeSpan.FromMilliseconds(751));
        Assert.Equal(1, GrantedAhead(1, lasting));
    }

    [Fact]
    public void What_Redis_refused_is_refused_without_asking_for_as_long_as_it_said_and_at_most_a_second()
    {
        RateCharge[] charges = [new("a", 1, 1), new("b", 0.001, 1)];
        _budgets.Refused(charges[0], _budgets.Now, 250_000);
        _budgets.Refused(charges[1], _budgets.Now, 900_000_000);

        Assert.True(_budgets.AreRefused(charges));
        _clock.Advance(TimeSpan.FromMilliseconds(251));
        Assert.False(_budgets.AreRefused(charges.AsSpan(0, 1)));
        Assert.True(_budgets.AreRefused(charges));
        _clock.Advance(TimeSpan.FromMilliseconds(751));
        Assert.False(_budgets.AreRefused(charges));
    }

    [Fact]
    public void A_budget_that_is_raised_is_not_refused_for_as_long_as_the_old_one()
    {
        Assert.Equal(100, Granted(200, new RateCharge("a", 0.001, 100)));

        Assert.Equal(0, Granted(1, new RateCharge("a", 100, 100)));
        _clock.Advance(TimeSpan.FromSeconds(1.001));
        Assert.Equal(100, Granted(200, new RateCharge("a", 100, 100)));
    }

    [Fact]
    public void A_budget_of_nothing_grants_nothing()
    {
        Assert.Equal(0, Granted(3, new RateCharge("a", 0, 5)));
        Assert.Equal(0, Granted(3, new RateCharge("b", 5, 0)));
    }

    [Fact]
    public async Task Many_at_once_are_granted_no_more_than_there_is()
    {
        var charge = new RateCharge("a", 1, 1000);
        var granted = 0;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Interlocked.Add(ref granted, Granted(500, charge)))));

        Assert.Equal(1000, granted);
    }

    [Fact]
    public void A_flood_of_names_takes_bounded_memory_and_leaves_a_busy_budget_as_it_is()
    {
        var table = new LocalBudgetTable();
        var busy = Gcra.Of(new RateCharge("busy", 1, 100));
        var single = Gcra.Of(new RateCharge("", 1, 100));
        var kept = table.Get("busy", 0);
        while (kept.TrySpend(busy, 0)) { }

        for (var i = 0; i < 4 * LocalBudgetTable.Most; i++)
        {
            table.Get($"source {i}", 0).TrySpend(single, 0);
        }

        Assert.InRange(table.Count, 1, LocalBudgetTable.Most);
        Assert.Same(kept, table.Find("busy"));
    }

    [Fact]
    public void Budgets_that_rested_are_forgotten()
    {
        var table = new LocalBudgetTable();
        var rule = Gcra.Of(new RateCharge("", 1000, 1));
        for (var i = 0; i < 100_000; i++)
        {
            table.Get($"source {i}", i * 1000d).TrySpend(rule, i * 1000d);
        }

        Assert.InRange(table.Count, 1, 2048);
    }

    private int GrantedAhead(int requests, params RateCharge[] charges) =>
        Enumerable.Range(0, requests).Count(_ => _budgets.TrySpendAhead(charges));

    private int Granted(int requests, params RateCharge[] charges) =>
        Enumerable.Range(0, requests).Count(_ => _budgets.TrySpend(charges));
}
