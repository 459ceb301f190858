using System.Collections.Concurrent;
using FederatedIdentity.Tests.Shared;
using Xunit.Abstractions;

namespace FederatedIdentity.FaultTests;

[Collection(nameof(Faults))]
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Calls = 5000;
    private const int KillAfter = 1500;
    private const int Parallel = 16;

    [Fact]
    public async Task What_was_acknowledged_before_kill_9_is_there_after_the_restart_and_nothing_is_half_written()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var mint = await TokenMint.StartAsync();
        var settings = TestServer.Settings(database, ServerProcess.FreePort(), "http://127.0.0.1:8080");
        TestServer.Register(settings, mint.Issuer, TokenMint.ClientId);
        await TestServer.MigrateAsync(settings);
        var journal = new ConcurrentDictionary<int, string>();
        string pool;
        await using (var server = await ServerProcess.StartAsync(settings))
        {
            using var client = TestServer.Client(server);
            var created = await client.CallAsync("CreateIdentityPool", new
            {
                IdentityPoolName = "kill", AllowUnauthenticatedIdentities = true, OpenIdConnectProviderARNs = new[] { mint.Arn },
            });
            pool = created["IdentityPoolId"];
            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var calls = Enumerable.Range(0, Calls).Select(CallAsync).ToArray();
            await Task.WhenAny(enough.Task, Task.WhenAll(calls));
            await server.KillAsync();
            await Task.WhenAll(calls);
            Assert.InRange(journal.Count, KillAfter, Calls - 1);

            async Task CallAsync(int user)
            {
                await Task.Yield();
                try
                {
                    var answer = await client.CallAsync("GetId", Input(pool, mint, user));
                    Assert.True(answer.Ok, answer.Text);
                    journal[user] = answer["IdentityId"];
                }
                catch (HttpRequestException)
                {
                    return; // Killed: what became of this call is unknown, and that is allowed.
                }

                if (journal.Count >= KillAfter)
                {
                    enough.TrySetResult();
                }
            }
        }

        await using var restarted = await ServerProcess.StartAsync(settings);
        using var after = TestServer.Client(restarted);
        output.WriteLine($"acknowledged: {journal.Count}, written: {await database.CountAsync("identity")}");
        Assert.Equal(journal.Count, journal.Values.Distinct().Count());
        Assert.Equal(journal.Count, await database.CountAsync(
            $"identity where id = any (array[{string.Join(',', journal.Values.Select(id => $"'{id}'"))}])"));
        await AssertNothingIsHalfWrittenAsync(database);
        await AssertEveryUserFindsItsIdentityAsync(after, pool, mint, journal);
        await AssertNothingIsHalfWrittenAsync(database);
    }

    // Every other caller is a guest.
    private static object Input(string pool, TokenMint mint, int user) =>
        user % 2 == 0 ? new { IdentityPoolId = pool } : new { IdentityPoolId = pool, Logins = mint.Login($"user {user}") };

    private static async Task AssertNothingIsHalfWrittenAsync(TestDatabase database)
    {
        Assert.Equal(0, await database.CountAsync(
            "identity i where (state = 1) <> exists (select from login l where l.identity_id = i.id)"));
        Assert.Equal(0, await database.CountAsync("login l where not exists (select from identity i where i.id = l.identity_id)"));
        Assert.Equal(0, await database.CountAsync("identity where state = 2"));
    }

    private static Task AssertEveryUserFindsItsIdentityAsync(
        WireClient client, string pool, TokenMint mint, ConcurrentDictionary<int, string> journal) =>
        System.Threading.Tasks.Parallel.ForEachAsync(
            Enumerable.Range(0, Calls),
            new ParallelOptions { MaxDegreeOfParallelism = Parallel },
            async (user, _) =>
            {
                var isGuest = user % 2 == 0;
                if (!isGuest && (journal.ContainsKey(user) || user % 10 == 1))
                {
                    // Also some of whom we do not know whether they were written: either way they get an identity now.
                    var again = await client.CallAsync("GetId", Input(pool, mint, user));
                    Assert.True(again.Ok, again.Text);
                    Assert.Equal(journal.GetValueOrDefault(user, again["IdentityId"]), again["IdentityId"]);
                }
                else if (isGuest && user % 20 == 0 && journal.TryGetValue(user, out var guest))
                {
                    Assert.True((await client.CallAsync("GetOpenIdToken", new { IdentityId = guest })).Ok);
                }
            });
}
