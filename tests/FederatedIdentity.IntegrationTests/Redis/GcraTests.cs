using System.Globalization;
using FederatedIdentity.Domain.Sharing;
using FederatedIdentity.Storage.Redis;
using FederatedIdentity.Tests.Shared;
using StackExchange.Redis;

namespace FederatedIdentity.IntegrationTests.Redis;

/// <summary>The arithmetic of rate budgets, here and in Redis.</summary>
public sealed class GcraTests
{
    [Fact]
    public void A_rested_budget_grants_its_burst_and_then_its_rate()
    {
        var rule = Gcra.Of(new RateCharge("", 10, 5));
        var (arrival, granted) = (0d, 0);
        for (var now = 1_000_000d; now < 3_000_000; now += 1_000)
        {
            if (rule.Wait(arrival, now) <= 0)
            {
                (arrival, granted) = (rule.Spend(arrival, now), granted + 1);
            }
        }

        Assert.Equal(5 + 19, granted); // The burst, and a unit every 100 ms after it.
    }

    [Fact]
    public void What_is_waited_for_is_then_there()
    {
        var rule = Gcra.Of(new RateCharge("", 3, 2));
        var arrival = rule.Spend(rule.Spend(0, 0), 0);

        var wait = rule.Wait(arrival, 0);

        Assert.InRange(wait, 333_333, 333_334);
        Assert.True(rule.Wait(arrival, wait * 0.9) > 0);
        Assert.Equal(0, rule.Wait(arrival, wait));
    }

    [Fact]
    public void Shares_make_up_the_whole()
    {
        var whole = Gcra.Of(new RateCharge("", 30, 9));
        var share = Gcra.Of(new RateCharge("", 30, 9), 3);

        Assert.Equal(whole.Interval * 3, share.Interval, 6);
        Assert.Equal(3, share.Tolerance / share.Interval, 6);
    }

    [Fact]
    public void A_share_is_never_less_than_one_unit()
    {
        var share = Gcra.Of(new RateCharge("", 1, 2), 10);

        Assert.Equal(0, share.Wait(0, 0));
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(-1, 5)]
    [InlineData(double.NaN, 5)]
    [InlineData(10, 0)]
    [InlineData(10, -1)]
    public void A_budget_of_nothing_grants_nothing(double perSecond, int burst) =>
        Assert.False(Gcra.IsGrantable(new RateCharge("", perSecond, burst)));

    [Fact]
    public async Task Redis_decides_exactly_as_the_arithmetic_here_does()
    {
        await using var redis = await RedisProcess.StartAsync();
        using var admin = await RedisAdmin.ConnectAsync(redis);
        var random = new Random(4711);
        for (var budget = 0; budget < 20; budget++)
        {
            var charge = new RateCharge($"b{budget}", Math.Pow(10, (random.NextDouble() * 5) - 1), random.Next(1, 50));
            var rule = Gcra.Of(charge);
            var (arrival, now, granted) = (0d, 1e12, 0);
            for (var request = 0; request < 200; request++)
            {
                now += Math.Floor(random.NextDouble() * rule.Interval * 1.2);
                var wait = rule.Wait(arrival, now);
                arrival = wait > 0 ? arrival : rule.Spend(arrival, now);
                granted += wait > 0 ? 0 : 1;

                var answer = (long[]?)await admin.Database.ScriptEvaluateAsync(
                    ScriptAt(now), [charge.Name], [Binary([[0]], [rule], [0])]);

                long[] refused = wait > 0 ? [1, 1, (long)Math.Ceiling(wait)] : [];
                Assert.Equal<IEnumerable<long>>([1, .. refused, .. Scarce([rule], [arrival], now)], answer);
            }

            Assert.InRange(granted, 1, 200);
        }
    }

    [Fact]
    public async Task Bills_that_go_together_are_judged_one_after_the_other()
    {
        await using var redis = await RedisProcess.StartAsync();
        using var admin = await RedisAdmin.ConnectAsync(redis);
        var random = new Random(4712);
        RateCharge[] charges = [new("many", 1_000, 40), new("some", 30, 20), new("few", 1.5, 2), new("one", 0.3, 1)];
        var rules = Array.ConvertAll(charges, charge => Gcra.Of(charge));
        var (arrivals, now, granted, refused) = (new double[charges.Length], 1e12, 0, 0);
        RedisKey[] keys = [.. charges.Select(charge => (RedisKey)charge.Name)];
        for (var request = 0; request < 200; request++)
        {
            now += random.Next(400_000);
            var bills = Enumerable.Range(0, random.Next(1, 9)).Select(_ =>
                Enumerable.Range(0, charges.Length).Where(_ => random.Next(2) == 0).OrderBy(_ => random.Next()).ToArray()).ToArray();
            var ahead = Array.ConvertAll(charges, _ => random.Next(4) == 0 ? random.Next(5) : 0);
            for (var place = 0; place < charges.Length; place++)
            {
                arrivals[place] = Owing(arrivals[place], ahead[place], rules[place], now);
            }

            var expected = new List<long> { bills.Length };
            foreach (var (number, bill) in bills.Index())
            {
                var waits = Array.ConvertAll(bill, place => Wait(arrivals[place], rules[place], now));
                var longest = waits.DefaultIfEmpty().Max();
                expected.AddRange(longest > 0 ? [number + 1, Array.IndexOf(waits, longest) + 1, (long)Math.Ceiling(longest)] : []);
                foreach (var place in longest > 0 ? [] : bill)
                {
                    arrivals[place] = rules[place].Spend(arrivals[place], now);
                }

                (granted, refused) = longest > 0 ? (granted, refused + 1) : (granted + 1, refused);
            }

            expected.AddRange(Scarce(rules, arrivals, now));

            var answer = (long[]?)await admin.Database.ScriptEvaluateAsync(ScriptAt(now), keys, [Binary(bills, rules, ahead)]);

            Assert.Equal(expected, answer);
        }

        Assert.InRange(granted, 50, 2_000);
        Assert.InRange(refused, 50, 2_000);
    }

    /// <summary>What a budget owes after so many units were granted ahead: no more than its burst and a second's worth.</summary>
    private static double Owing(double arrival, int ahead, Gcra rule, double now) => ahead == 0 ? arrival
        : Math.Min(Math.Max(arrival, now) + (ahead * rule.Interval), now + (2 * rule.Tolerance) + 1_000_000);

    /// <summary>Unlike a share, which is never spent by more than all of it.</summary>
    private static double Wait(double arrival, Gcra rule, double now)
    {
        var owed = Math.Max(arrival - now - rule.Tolerance, 0);
        return owed + rule.Wait(arrival - owed, now);
    }

    private static IEnumerable<long> Scarce(Gcra[] rules, double[] arrivals, double now) =>
        from place in Enumerable.Range(0, rules.Length)
        let scarce = Math.Max(arrivals[place], now) - now - (rules[place].Tolerance / 2)
        where scarce > rules[place].Interval * 0.001
        from number in new[] { 0, place + 1, (long)Math.Ceiling(scarce) }
        select number;

    private static byte[] Binary(int[][] bills, Gcra[] rules, int[] ahead) =>
    [
        .. bills.SelectMany(bill => bill.SelectMany(place => new[] { (byte)(place + 1), (byte)0 }).Prepend((byte)bill.Length)),
        .. rules.Zip(ahead).SelectMany(of => new[] { of.First.Interval, of.First.Tolerance, of.Second }.SelectMany(BitConverter.GetBytes)),
    ];

    /// <summary>The script as it would run then. Redis' own time goes on as it does.</summary>
    private static string ScriptAt(double now)
    {
        var microseconds = (long)now + 1_735_689_600_000_000;
        return RedisScript.Spend.Text
            .Replace(
                "redis.call('TIME')",
                string.Create(CultureInfo.InvariantCulture, $"{{{microseconds / 1_000_000}, {microseconds % 1_000_000}}}"),
                StringComparison.Ordinal)
            .Replace("string.format('%.0f', lifetime)", "600000", StringComparison.Ordinal);
    }
}
