using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Races;

[Collection(nameof(RaceTests))]
public sealed class FirstSightTests(ReplicasFixture servers)
{
    private const int Callers = 50;

    [Fact]
    public async Task Fifty_first_calls_with_one_login_on_two_servers_make_one_identity()
    {
        var pool = await servers.PoolAsync();
        var logins = await servers.LoginsAsync((0, "first"));

        var answers = await Task.WhenAll(Enumerable.Range(0, Callers)
            .Select(caller => servers.CallAsync(caller, "GetId", new { IdentityPoolId = pool, Logins = logins })));

        Assert.All(answers, answer => Assert.True(answer.Ok, answer.Text));
        Assert.Single(answers.Select(answer => answer["IdentityId"]).Distinct());
        Assert.Equal(1, await servers.Database.CountAsync($"identity where pool_id = '{pool}'"));
        Assert.Equal(1, await servers.Database.CountAsync($"login where pool_id = '{pool}'"));
    }

    [Fact]
    public async Task Overlapping_sets_of_new_logins_end_on_one_identity()
    {
        var pool = await servers.PoolAsync();
        var all = await servers.LoginsAsync((0, "overlap"), (1, "overlap"), (2, "overlap"));
        var pairs = all.Keys.Select(left => all.Where(login => login.Key != left).ToDictionary()).ToArray();

        var answers = await Task.WhenAll(Enumerable.Range(0, Callers)
            .Select(caller => servers.CallAsync(caller, "GetId", new { IdentityPoolId = pool, Logins = pairs[caller % pairs.Length] })));

        Assert.All(answers, answer => Assert.True(answer.Ok, answer.Text));
        Assert.Equal(3, await servers.Database.CountAsync($"login where pool_id = '{pool}'"));
        Assert.Equal(1, await servers.Database.CountAsync($"identity where pool_id = '{pool}' and state = 1"));
    }

    [Fact]
    public async Task Fifty_guests_at_once_are_fifty_identities()
    {
        var pool = await servers.PoolAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, Callers)
            .Select(caller => servers.CallAsync(caller, "GetId", new { IdentityPoolId = pool })));

        Assert.All(answers, answer => Assert.True(answer.Ok, answer.Text));
        Assert.Equal(Callers, answers.Select(answer => answer["IdentityId"]).Distinct().Count());
        Assert.Equal(Callers, await servers.Database.CountAsync($"identity where pool_id = '{pool}' and state = 0"));
    }
}
