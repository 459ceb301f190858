using System.Collections.Concurrent;
using System.Globalization;
using FederatedIdentity.Storage.Postgres.Chores;
using FederatedIdentity.Tests.Shared;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Races;

[Collection(nameof(RaceTests))]
public sealed class PoolRaceTests(ReplicasFixture servers)
{
    private const int Callers = 16;

    [Fact]
    public async Task A_pool_that_is_deleted_under_load_is_gone_at_once_on_both_servers()
    {
        var pool = await servers.PoolAsync();
        var known = await servers.LoginsAsync((0, "known"));
        await servers.IdentityAsync(pool, known);
        var born = new ConcurrentBag<string>();
        using var deleted = new CancellationTokenSource();
        using var warm = new SemaphoreSlim(0);

        var load = Enumerable.Range(0, Callers).Select(CallUntilGoneAsync).ToArray();
        for (var call = 0; call < Callers; call++)
        {
            await warm.WaitAsync();
        }

        var answer = await servers.CallAsync(0, "DeleteIdentityPool", new { IdentityPoolId = pool });
        await deleted.CancelAsync();
        await Task.WhenAll(load);

        Assert.True(answer.Ok, answer.Text);
        foreach (var id in born.Take(10))
        {
            Assert.Equal("ResourceNotFoundException", (await servers.CallAsync(1, "DescribeIdentity", new { IdentityId = id })).Error);
            Assert.Equal("ResourceNotFoundException", (await servers.CallAsync(1, "GetOpenIdToken", new { IdentityId = id })).Error);
        }

        await using var db = NpgsqlDataSource.Create(servers.Database.ConnectionString);
        var lease = new HousekeepingLease(db, TimeProvider.System, "of this test");
        await new DeletedPools(db, TimeProvider.System).RunAsync(lease, default);
        Assert.Equal(0, await servers.Database.CountAsync($"identity where pool_id = '{pool}'"));
        Assert.Equal(0, await servers.Database.CountAsync($"login where pool_id = '{pool}'"));

        async Task CallUntilGoneAsync(int caller)
        {
            for (var call = 0; ; call++)
            {
                var late = deleted.IsCancellationRequested;
                var logins = (caller / 2 % 2) == 0 ? known : null;
                var got = await servers.CallAsync(caller, "GetId", new { IdentityPoolId = pool, Logins = logins });
                if (call == 0)
                {
                    warm.Release();
                }

                if (!got.Ok)
                {
                    Assert.Equal(("ResourceNotFoundException", $"IdentityPool '{pool}' not found."), (got.Error, got.Message));
                    return;
                }

                Assert.False(late, "A call that began after the deletion was answered found the pool.");
                born.Add(got["IdentityId"]);
            }
        }
    }

    [Fact]
    public async Task Concurrent_updates_of_a_pool_on_two_servers_never_mix_and_never_fail_inside()
    {
        var pool = await servers.PoolAsync();
        for (var round = 0; round < 5; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => servers.CallAsync(
                caller, "UpdateIdentityPool", new
                {
                    IdentityPoolId = pool,
                    IdentityPoolName = $"round {round} caller {caller}",
                    AllowUnauthenticatedIdentities = caller % 2 == 0,
                    IdentityPoolTags = new Dictionary<string, string> { ["caller"] = $"{caller}", [$"only{caller}"] = "x" },
                    SupportedLoginProviders = new Dictionary<string, string> { ["accounts.google.com"] = $"client{caller}" },
                })));

            Assert.Contains(answers, answer => answer.Ok);
            Assert.All(answers.Where(answer => !answer.Ok), answer => Assert.Equal("ConcurrentModificationException", answer.Error));

            var left = (await servers.CallAsync(0, "DescribeIdentityPool", new { IdentityPoolId = pool })).Body;
            var last = int.Parse(left["IdentityPoolName"]!.GetValue<string>().Split(' ')[^1], CultureInfo.InvariantCulture);
            Assert.True(answers[last].Ok, "The settings are of a call that was refused.");
            Assert.Equal(last % 2 == 0, left["AllowUnauthenticatedIdentities"]!.GetValue<bool>());
            Assert.Equal($"client{last}", left["SupportedLoginProviders"]!["accounts.google.com"]!.GetValue<string>());
            Assert.Equal(
                ["caller", $"only{last}"], left["IdentityPoolTags"]!.AsObject().Select(tag => tag.Key).Order(StringComparer.Ordinal));
        }
    }
}
