using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Races;

[Collection(nameof(RaceTests))]
public sealed class UpgradeTests(ReplicasFixture servers)
{
    private const int Callers = 50;

    [Fact]
    public async Task Fifty_upgrades_of_one_guest_with_one_login_all_keep_its_id()
    {
        var pool = await servers.PoolAsync();
        var guest = await servers.IdentityAsync(pool);
        var logins = await servers.LoginsAsync((0, "upgrade"));

        var answers = await Task.WhenAll(Enumerable.Range(0, Callers)
            .Select(caller => servers.CallAsync(caller, "GetOpenIdToken", new { IdentityId = guest, Logins = logins })));

        Assert.All(answers, answer => Assert.True(answer.Ok, answer.Text));
        Assert.All(answers, answer => Assert.Equal(guest, answer["IdentityId"]));
        Assert.Equal(1, await servers.Database.CountAsync($"identity where pool_id = '{pool}'"));
        Assert.Equal(1, await servers.Database.CountAsync($"login where identity_id = '{guest}'"));
    }

    [Fact]
    public async Task Fifty_guests_that_log_in_as_one_user_leave_one_owner_and_are_disabled()
    {
        var pool = await servers.PoolAsync();
        var guests = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => servers.IdentityAsync(pool)));
        var logins = await servers.LoginsAsync((0, "one"));

        var answers = await Task.WhenAll(guests
            .Select((guest, caller) => servers.CallAsync(caller, "GetOpenIdToken", new { IdentityId = guest, Logins = logins })));

        Assert.All(answers, answer => Assert.True(answer.Ok, answer.Text));
        var survivor = Assert.Single(answers.Select(answer => answer["IdentityId"]).Distinct());
        Assert.Contains(survivor, guests);
        Assert.Equal(1, await servers.Database.CountAsync($"login where pool_id = '{pool}' and identity_id = '{survivor}'"));
        Assert.Equal(Callers - 1, await servers.Database.CountAsync($"identity where pool_id = '{pool}' and state = 2"));
    }

    [Fact]
    public async Task A_guest_that_two_users_claim_at_once_becomes_one_of_them()
    {
        var pool = await servers.PoolAsync();
        for (var round = 0; round < 10; round++)
        {
            var guest = await servers.IdentityAsync(pool);
            var users = new[] { await servers.LoginsAsync((0, $"eva {round}")), await servers.LoginsAsync((0, $"finn {round}")) };

            var answers = await Task.WhenAll(users
                .Select((logins, caller) => servers.CallAsync(caller, "GetOpenIdToken", new { IdentityId = guest, Logins = logins })));

            var loser = Assert.Single(answers, answer => !answer.Ok);
            Assert.StartsWith("Logins don't match.", loser.Message, StringComparison.Ordinal);
            Assert.Equal(1, await servers.Database.CountAsync($"login where identity_id = '{guest}'"));
        }
    }
}
