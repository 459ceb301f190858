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
    public async Task A_request_is_one_command_and_one_that_was_refused_a_moment_ago_is_none()
    {
        await using var replica = await StartAsync();
        var (a, b) = (new RateCharge("a", 0.1, 5), new RateCharge("b", 100, 100));
        await replica.SpendAsync(b);
        var before = await _admin.CallsAsync("evalsha");
        var signs = replica.Count("federated_identity.redis.commands ok");

        await GrantedAsync(replica, 50, a, b);

        signs = replica.Count("federated_identity.redis.commands ok") - signs;
        Assert.Equal(signs, await _admin.CallsAsync("evalsha") - before);
        Assert.Equal(6, replica.Count("federated_identity.rate_budgets.decisions redis granted")
            + replica.Count("federated_identity.rate_budgets.decisions redis refused") - 1);
        Assert.Equal(44, replica.Count("federated_identity.rate_budgets.decisions memory refused"));
    }

    [Fact]
    public async Task What_is_spent_at_the_same_time_is_few_commands_and_no_unit_too_many()
    {
        const int Requests = 400;
        await using var replica = await StartAsync();
        var (shared, little) = (new RateCharge("shared", 0.001, 250), new RateCharge("little", 0.001, 30));
        await replica.SpendAsync(new RateCharge("other", 1, 10));
        var before = await _admin.CallsAsync("evalsha");

        var granted = await Task.WhenAll(Enumerable.Range(0, Requests).Select(request => Task.Run(async () => await ((request % 4) switch
        {
            0 => replica.SpendAsync(shared, little),
            1 => replica.SpendAsync(new RateCharge($"own/{request}", 0.001, 1), shared),
            _ => replica.SpendAsync(shared, new RateCharge($"own/{request / 8}", 0.001, 100)),
        }))));

        Assert.InRange(granted.Where((_, request) => request % 4 == 0).Count(was => was), 1, 30);
        Assert.Equal(250, granted.Count(was => was)); // 330 others wanted one as well.
        Assert.InRange(await _admin.CallsAsync("evalsha") - before, 1, Requests / 2);
    }

    [Fact]
    public async Task A_budget_that_is_full_again_leaves_nothing_behind()
    {
        await using var replica = await StartAsync();
        await replica.SpendAsync(new RateCharge("short", 100, 10), new RateCharge("long", 0.01, 10));

        await Until.TrueAsync(async () => !(await _admin.KeysAsync()).Contains("federated-identity:rate:short"));
        Assert.Empty(await _admin.EndlessKeysAsync());
        Assert.Contains("federated-identity:rate:long", await _admin.KeysAsync());
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
