using System.Diagnostics;
using FederatedIdentity.Domain.Sharing;
using FederatedIdentity.Tests.Shared;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.IntegrationTests.Redis;

/// <summary>Redis dies, hangs, comes back, or was never there.</summary>
public sealed class RedisOutageTests
{
    private static readonly RateCharge Plenty = new("plenty", 100_000, 1_000_000);

    // Many times the deadline of a command, for a machine that is busy.
    private static readonly TimeSpan Promptly = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_hung_Redis_delays_a_few_requests_and_fails_none()
    {
        await using var redis = await RedisProcess.StartAsync();
        await using var replica = await StartAsync(redis);
        await redis.Program.SignalAsync("STOP");

        await Until.TrueAsync(async () => await IsGrantedPromptlyAsync(replica) && replica.Circuit.IsOpen);

        Assert.True(replica.Count("federated_identity.redis.commands late") >= 4);
        var asked = replica.Count("federated_identity.rate_budgets.decisions local granted");
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(await replica.SpendAsync(Plenty));
        }

        Assert.True(replica.Count("federated_identity.rate_budgets.decisions local granted") >= asked + 1000);
        Assert.IsType<SharedLookup.Yours>(await replica.Cache.FindOrLeaseAsync("k", TimeSpan.FromMinutes(1), default));
        replica.Cache.Keep("k", [1], TimeSpan.FromMinutes(1));
        replica.Cache.Release("k");

        await redis.Program.SignalAsync("CONT");
        await ClosedAsync(replica);
        await Until.TrueAsync(() => replica.IsGrantedByRedisAsync());
    }

    [Fact]
    public async Task Nobody_waits_for_a_hung_Redis_about_what_is_far_from_used_up()
    {
        await using var redis = await RedisProcess.StartAsync();
        await using var replica = await StartAsync(redis);
        await redis.Program.SignalAsync("STOP");

        for (var ahead = 0; !replica.Circuit.IsOpen; ahead++)
        {
            Assert.True(await replica.IsGrantedAtOnceAsync(Plenty));
            Assert.Equal(0, replica.Count("federated_identity.rate_budgets.decisions redis granted"));
            await Task.Delay(5);
        }

        Assert.True(replica.Count("federated_identity.rate_budgets.decisions ahead granted") > 0);
        await redis.Program.SignalAsync("CONT");
        await ClosedAsync(replica);
        await Until.TrueAsync(() => replica.IsGrantedByRedisAsync());
    }

    [Fact]
    public async Task A_killed_Redis_is_used_again_when_it_comes_back_and_each_change_is_said_once()
    {
        await using var redis = await RedisProcess.StartAsync();
        await using var replica = await StartAsync(redis);
        for (var round = 0; round < 2; round++)
        {
            await redis.Program.KillAsync();
            await Until.TrueAsync(async () => await IsGrantedPromptlyAsync(replica) && replica.Circuit.IsOpen);
            for (var i = 0; i < 100; i++)
            {
                Assert.True(await replica.SpendAsync(Plenty));
            }

            await redis.Program.StartAsync();
            await ClosedAsync(replica);
            await Until.TrueAsync(() => replica.IsGrantedByRedisAsync());
        }

        Assert.Equal(2, replica.Log.Count(line => line.Level == LogLevel.Warning));
        Assert.Equal(3, replica.Log.Count(line => line.Level == LogLevel.Information)); // At start, too.
        Assert.DoesNotContain(replica.Log, line => line.Level > LogLevel.Warning);
    }

    [Fact]
    public async Task A_server_starts_without_Redis_and_finds_it_later()
    {
        var port = ServerProcess.FreePort();
        var started = Stopwatch.StartNew();
        await using var replica = await Replica.LaunchAsync($"127.0.0.1:{port}");

        Assert.True(started.Elapsed < Promptly);
        Assert.True(await IsGrantedPromptlyAsync(replica));
        await Until.TrueAsync(() => replica.Log.Any(line => line.Level == LogLevel.Warning));

        await using var redis = await PrivateProgram.StartAsync(
            RedisProcess.Variable, port, "--port", $"{port}", "--bind", "127.0.0.1", "--save", "");
        await ClosedAsync(replica);
        await Until.TrueAsync(() => replica.IsGrantedByRedisAsync());
    }

    [Fact]
    public async Task A_connection_whose_other_end_fell_silent_is_replaced()
    {
        await using var redis = await RedisProcess.StartAsync();
        await using var proxy = new HalfOpenProxy(redis.Port);
        await using var replica = await Replica.StartAsync($"127.0.0.1:{proxy.Port},keepAlive=300");
        var connections = proxy.Accepted;

        proxy.Silence();

        await Until.TrueAsync(async () => await IsGrantedPromptlyAsync(replica) && replica.Circuit.IsOpen);
        await ClosedAsync(replica);
        Assert.True(proxy.Accepted > connections);
        await Until.TrueAsync(() => replica.IsGrantedByRedisAsync());
    }

    [Fact]
    public async Task A_Redis_that_answers_but_takes_nothing_is_no_Redis()
    {
        await using var redis = await RedisProcess.StartAsync();
        using var admin = await RedisAdmin.ConnectAsync(redis);
        await using var replica = await StartAsync(redis);
        await admin.Database.ExecuteAsync("CONFIG", "SET", "maxmemory", "1");

        await Until.TrueAsync(async () => await IsGrantedPromptlyAsync(replica) && replica.Circuit.IsOpen);

        Assert.True(replica.Count("federated_identity.redis.commands failed") > 0);
        await admin.Database.ExecuteAsync("CONFIG", "SET", "maxmemory", "0");
        await ClosedAsync(replica);
    }

    [Fact]
    public async Task Limits_hold_within_twice_the_budget_when_Redis_dies_under_load()
    {
        const double Rate = 100;
        const int Burst = 20;
        await using var redis = await RedisProcess.StartAsync();
        Replica[] replicas = [await StartAsync(redis), await StartAsync(redis), await StartAsync(redis)];
        await Until.TrueAsync(() => replicas.All(replica => replica.Replicas.Value == 3));
        var granted = 0;
        var clock = Stopwatch.StartNew();
        var load = replicas.Select(replica => Task.Run(async () =>
        {
            while (clock.Elapsed < TimeSpan.FromSeconds(5))
            {
                if (await replica.SpendAsync(new RateCharge("shared", Rate, Burst)))
                {
                    Interlocked.Increment(ref granted);
                }

                await Task.Delay(1);
            }
        })).ToArray();
        await Until.TrueAsync(() => clock.Elapsed > TimeSpan.FromSeconds(1));
        await redis.Program.KillAsync();

        await Task.WhenAll(load);

        var budget = Burst + (clock.Elapsed.TotalSeconds * Rate);
        Assert.InRange(granted, budget * 0.5, budget * 2);
        foreach (var replica in replicas)
        {
            Assert.True(replica.Count("federated_identity.rate_budgets.decisions local granted") > 0);
            await replica.DisposeAsync();
        }
    }

    [Fact]
    public async Task Without_Redis_nothing_is_shared_which_is_said_once()
    {
        await using var replica = await Replica.LaunchAsync(null);

        Assert.True(await OneAsync());
        Assert.True(await OneAsync());
        Assert.False(await OneAsync());
        Assert.IsType<SharedLookup.Yours>(await replica.Cache.FindOrLeaseAsync("k", TimeSpan.FromMinutes(1), default));
        var (level, text) = Assert.Single(replica.Log);
        Assert.Equal(LogLevel.Information, level);
        Assert.Contains("ConnectionStrings:Redis", text, StringComparison.Ordinal);

        ValueTask<bool> OneAsync() => replica.SpendAsync(new RateCharge("a", 0.01, 2));
    }

    private static Task<Replica> StartAsync(RedisProcess redis) => Replica.StartAsync(redis.ConnectionString);

    private static Task ClosedAsync(Replica replica) => Until.TrueAsync(() => !replica.Circuit.IsOpen);

    private static async Task<bool> IsGrantedPromptlyAsync(Replica replica)
    {
        var asked = Stopwatch.StartNew();
        var granted = await replica.SpendAsync(Plenty, Replica.Single());
        Assert.True(asked.Elapsed < Promptly, $"It took {asked.Elapsed}.");
        return granted;
    }
}
