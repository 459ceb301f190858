using System.Collections.Concurrent;
using System.Diagnostics;
using FederatedIdentity.Domain.Sharing;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Redis;

/// <summary>Budgets that several replicas spend together.</summary>
public sealed class RedisRateBudgetsTests : IAsyncLifetime
{
    private RedisProcess _redis = null!;
    private RedisAdmin _admin = null!;

    public async Task InitializeAsync()
    {
        _redis = await RedisProcess.StartAsync();
        _admin = await RedisAdmin.ConnectAsync(_redis);
    }

    public async Task DisposeAsync()
    {
        _admin.Dispose();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Three_replicas_and_twenty_clients_get_what_the_budget_has()
    {
        const double Rate = 200;
        const int Burst = 20;
        await using var first = await StartAsync();
        await using var second = await StartAsync();
        await using var third = await StartAsync();
        Replica[] replicas = [first, second, third];
        var granted = new ConcurrentQueue<double>();
        var clock = Stopwatch.StartNew();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(client => Task.Run(async () =>
        {
            for (var request = client; clock.Elapsed < TimeSpan.FromSeconds(4); request++)
            {
                if (await replicas[request % 3].SpendAsync(new RateCharge("shared", Rate, Burst)))
                {
                    granted.Enqueue(clock.Elapsed.TotalSeconds);
                }

                await Task.Delay(1);
            }
        })));

        var expected = Burst + ((granted.Max() - granted.Min()) * Rate);

        // Units lapse while a busy machine stands still for longer than the burst lasts: only what is too much proves a fault here.
        Assert.InRange(granted.Count, expected * 0.5, expected * 1.05);
    }

    [Fact]
    public async Task A_request_spends_all_its_budgets_or_none()
    {
        await using var replica = await StartAsync();
        var (plenty, little) = (new RateCharge("plenty", 0.01, 10), new RateCharge("little", 0.01, 2));

        Assert.Equal(2, await GrantedAsync(replica, 4, plenty, little));
        Assert.Equal(8, await GrantedAsync(replica, 12, plenty));
    }

    [Fact]
    public async Task A_question_is_one_command_and_there_is_none_about_what_was_refused_a_moment_ago()
    {
        await using var replica = await StartAsync();
        var plenty = new RateCharge("plenty", 100, 100);
        var before = await _admin.CallsAsync("evalsha");
        var signs = replica.Count("federated_identity.redis.commands ok");

        for (var i = 0; i < 5; i++)
        {
            Assert.True(await replica.SpendAsync(new RateCharge($"single/{i}", 0.01, 1), plenty));
        }

        Assert.Equal(0, await GrantedAsync(replica, 45, new RateCharge("single/0", 0.01, 1), plenty));

        signs = replica.Count("federated_identity.redis.commands ok") - signs;
        Assert.Equal(signs, await _admin.CallsAsync("evalsha") - before);
        Assert.Equal(5, replica.Count("federated_identity.rate_budgets.decisions redis granted"));
        Assert.Equal(1, replica.Count("federated_identity.rate_budgets.decisions redis refused"));
        Assert.Equal(44, replica.Count("federated_identity.rate_budgets.decisions memory refused"));
    }

    [Fact]
    public async Task What_is_asked_at_the_same_time_is_few_commands_and_no_unit_too_many()
    {
        const int Requests = 400;
        await using var replica = await StartAsync();
        var (shared, little) = (new RateCharge("shared", 0.001, 250), new RateCharge("little", 0.001, 30));
        await replica.SpendAsync(new RateCharge("other", 1, 10));
        var before = await _admin.CallsAsync("evalsha");

        var granted = await Task.WhenAll(Enumerable.Range(0, Requests).Select(request => Task.Run(async () =>
        {
            var single = new RateCharge($"single/{request}", 0.001, 1);
            return await ((request % 4) switch
            {
                0 => replica.SpendAsync(shared, little, single),
                1 => replica.SpendAsync(single, shared),
                _ => replica.SpendAsync(shared, new RateCharge($"own/{request / 8}", 0.001, 100), single),
            });
        })));

        Assert.InRange(granted.Where((_, request) => request % 4 == 0).Count(was => was), 1, 30);
        Assert.Equal(250, granted.Count(was => was)); // 330 others wanted one as well.
        Assert.InRange(await _admin.CallsAsync("evalsha") - before, 1, Requests / 2);
    }

    [Fact]
    public async Task What_is_far_from_used_up_is_granted_at_once_and_told_to_Redis_together()
    {
        await using var replica = await StartAsync();
        var (far, farther) = (new RateCharge("far", 0.001, 100), new RateCharge("farther", 0.001, 1000));
        var before = await _admin.CallsAsync("evalsha");

        for (var i = 0; i < 20; i++)
        {
            Assert.True(await replica.IsGrantedAtOnceAsync(far, farther));
        }

        await SpentAsync("far", 20, interval: 1000);
        await SpentAsync("farther", 20, interval: 1000);
        Assert.InRange(await _admin.CallsAsync("evalsha") - before, 1, 19);
        Assert.Equal(20, replica.Count("federated_identity.rate_budgets.decisions ahead granted"));
        Assert.Equal(80, await GrantedAsync(replica, 100, far));
    }

    [Fact]
    public async Task Of_a_flood_of_names_all_are_told()
    {
        const int Names = 5_000;
        await using var replica = await StartAsync();

        var granted = await Task.WhenAll(Enumerable.Range(0, Names).Select(name => Task.Run(
            async () => await replica.SpendAsync(new RateCharge($"flood/{name}", 0.001, 2)))));

        Assert.DoesNotContain(false, granted);
        await Until.TrueAsync(async () =>
            (await _admin.KeysAsync()).Count(key => key.StartsWith("federated-identity:rate:flood/", StringComparison.Ordinal)) == Names);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(2)]
    public async Task Replicas_that_grant_ahead_exceed_a_burst_by_little_and_what_was_too_much_is_spent_too(int burst)
    {
        await using var first = await StartAsync();
        await using var second = await StartAsync();
        await using var third = await StartAsync();
        Replica[] replicas = [first, second, third];
        await Until.TrueAsync(() => replicas.All(replica => replica.Replicas.Value == 3));
        var charge = new RateCharge("burst", 0.01, burst);

        var granted = await Task.WhenAll(replicas.Select(replica => Task.Run(() => GrantedAsync(replica, 200, charge))));

        var others = replicas.Length - 1;
        Assert.InRange(granted.Sum(), burst, burst + (others * Math.Max(burst / 6, 1)));
        await SpentAsync("burst", granted.Sum(), interval: 100);
        Assert.DoesNotContain(true, await Task.WhenAll(replicas.Select(replica => replica.SpendAsync(charge).AsTask())));
    }

    [Fact]
    public async Task A_budget_that_is_full_again_leaves_nothing_behind()
    {
        await using var replica = await StartAsync();
        await replica.SpendAsync(new RateCharge("short", 100, 10), new RateCharge("long", 0.01, 10));

        await Until.TrueAsync(async () => (await _admin.KeysAsync())
            .Where(key => key.Contains(":rate:", StringComparison.Ordinal)).SequenceEqual(["federated-identity:rate:long"]));
        Assert.Empty(await _admin.EndlessKeysAsync());
    }

    [Theory]
    [InlineData("SET", "rubbish")]
    [InlineData("SET", "nan")]
    [InlineData("SET", "inf")]
    [InlineData("SET", "1e300")]
    [InlineData("RPUSH", "of another type")]
    public async Task What_somebody_else_put_there_blocks_nobody_for_good(string command, string value)
    {
        await using var replica = await StartAsync();
        await _admin.Database.ExecuteAsync(command, "federated-identity:rate:poisoned", value);

        await Until.TrueAsync(async () => await replica.SpendAsync(new RateCharge("poisoned", 5, 10))
            && replica.Count("federated_identity.rate_budgets.decisions redis granted") > 0);
        Assert.Empty(await _admin.EndlessKeysAsync());
    }

    [Fact]
    public async Task An_extreme_budget_is_no_outage()
    {
        await using var replica = await StartAsync();

        Assert.Equal(2, await GrantedAsync(replica, 2, new RateCharge("slow", 1e-6, int.MaxValue)));
        Assert.Equal(2, await GrantedAsync(replica, 2, new RateCharge("fast", 1e9, int.MaxValue)));
        Assert.Equal(0, replica.Count("federated_identity.redis.commands failed"));
    }

    [Fact]
    public async Task Replicas_count_themselves_and_one_that_leaves_is_not_counted()
    {
        await using var first = await StartAsync();
        await using var second = await StartAsync();
        var third = await StartAsync();
        await Until.TrueAsync(() => first.Replicas.Value == 3 && second.Replicas.Value == 3);

        await third.DisposeAsync();

        await Until.TrueAsync(() => first.Replicas.Value == 2 && second.Replicas.Value == 2);
    }

    [Fact]
    public async Task An_emptied_script_cache_is_filled_again()
    {
        await using var replica = await StartAsync();
        var charge = new RateCharge("a", 0.01, 100);
        await replica.SpendAsync(charge);
        await _admin.Database.ExecuteAsync("SCRIPT", "FLUSH");

        var granted = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => replica.SpendAsync(charge).AsTask()));

        Assert.DoesNotContain(false, granted);
        Assert.Equal(0, replica.Count("federated_identity.rate_budgets.decisions local granted"));
    }

    [Fact]
    public async Task An_emptied_Redis_is_a_fresh_start()
    {
        await using var replica = await StartAsync();
        var charge = new RateCharge("a", 0.1, 3);
        Assert.Equal(3, await GrantedAsync(replica, 5, charge));
        await _admin.Database.ExecuteAsync("FLUSHALL");

        await Until.TrueAsync(() => replica.SpendAsync(charge));
        Assert.False(replica.Circuit.IsOpen);
    }

    /// <summary>Until Redis knows of so many units of a budget that was full, of which one comes every <paramref name="interval"/> in seconds.</summary>
    private Task SpentAsync(string budget, int units, int interval) => Until.TrueAsync(async () =>
    {
        var full = (long)await _admin.Database.ExecuteAsync("PTTL", $"federated-identity:rate:{budget}") / 1000d / interval;
        return full > units - 0.9 && full < units + 0.1;
    });

    private Task<Replica> StartAsync() => Replica.StartAsync(_redis.ConnectionString);

    private static async Task<int> GrantedAsync(Replica replica, int requests, params RateCharge[] charges)
    {
        var granted = 0;
        for (var i = 0; i < requests; i++)
        {
            granted += await replica.SpendAsync(charges) ? 1 : 0;
        }

        return granted;
    }
}
