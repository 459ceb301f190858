using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Races;

[Collection(nameof(RaceTests))]
public sealed class MergeTests(ReplicasFixture servers)
{
    private const int Rounds = 10;
    private const int Callers = 8;

    [Fact]
    public async Task Concurrent_merges_by_GetId_agree_on_the_oldest_identity()
    {
        var pool = await servers.PoolAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var (older, younger, both) = await TwoIdentitiesAsync(pool, $"merge {round}");

            var answers = await Task.WhenAll(Enumerable.Range(0, Callers)
                .Select(caller => servers.CallAsync(caller, "GetId", new { IdentityPoolId = pool, Logins = both })));

            Assert.All(answers, answer => Assert.True(answer.Ok, answer.Text));
            Assert.All(answers, answer => Assert.Equal(older, answer["IdentityId"]));
            await AssertMergedAsync(survivor: older, absorbed: younger);
        }
    }

    [Fact]
    public async Task Crosswise_merges_leave_one_owner_and_the_other_is_forbidden_for_good()
    {
        var pool = await servers.PoolAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var (a, b, both) = await TwoIdentitiesAsync(pool, $"cross {round}");
            string[] given = [a, b];

            var answers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller =>
                servers.CallAsync(caller, "GetOpenIdToken", new { IdentityId = given[caller % 2], Logins = both })));

            var survivor = Assert.Single(answers.Where(answer => answer.Ok).Select(answer => answer["IdentityId"]).Distinct());
            var absorbed = survivor == a ? b : a;
            Assert.All(answers.Where(answer => !answer.Ok), answer => Assert.Equal(
                ("NotAuthorizedException", $"Access to Identity '{absorbed}' is forbidden."), (answer.Error, answer.Message)));
            await AssertMergedAsync(survivor, absorbed);
        }

        Assert.DoesNotContain("deadlock", servers.Log, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Merges_of_every_kind_at_once_leave_one_owner()
    {
        var pool = await servers.PoolAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var (a, b, both) = await TwoIdentitiesAsync(pool, $"mixed {round}");
            var guest = await servers.IdentityAsync(pool);

            var answers = await Task.WhenAll(Enumerable.Range(0, 3 * Callers).Select(caller => (caller / 2 % 4) switch
            {
                0 => servers.CallAsync(caller, "GetId", new { IdentityPoolId = pool, Logins = both }),
                1 => servers.CallAsync(caller, "GetOpenIdToken", new { IdentityId = a, Logins = both }),
                2 => servers.CallAsync(caller, "GetOpenIdToken", new { IdentityId = b, Logins = both }),
                _ => servers.CallAsync(caller, "GetOpenIdToken", new { IdentityId = guest, Logins = both }),
            }));

            Assert.All(
                answers.Where(answer => !answer.Ok),
                answer => Assert.EndsWith("is forbidden.", answer.Message, StringComparison.Ordinal));
            var survivor = Assert.Single(answers.Where(answer => answer.Ok).Select(answer => answer["IdentityId"]).Distinct());
            Assert.NotEqual(guest, survivor);
            await AssertMergedAsync(survivor, absorbed: survivor == a ? b : a);
        }
    }

    private async Task<(string Older, string Younger, Dictionary<string, string> Both)> TwoIdentitiesAsync(string pool, string user)
    {
        var both = await servers.LoginsAsync((0, user), (1, user));
        var older = await servers.IdentityAsync(pool, both.Take(1).ToDictionary());
        var younger = await servers.IdentityAsync(pool, both.Skip(1).ToDictionary());
        return (older, younger, both);
    }

    private async Task AssertMergedAsync(string survivor, string absorbed)
    {
        Assert.Equal(2, await servers.Database.CountAsync($"login where identity_id = '{survivor}'"));
        Assert.Equal(0, await servers.Database.CountAsync($"login where identity_id = '{absorbed}'"));
        Assert.Equal(1, await servers.Database.CountAsync($"identity where id = '{survivor}' and state = 1"));
        Assert.Equal(1, await servers.Database.CountAsync($"identity where id = '{absorbed}' and state = 2"));
    }
}
