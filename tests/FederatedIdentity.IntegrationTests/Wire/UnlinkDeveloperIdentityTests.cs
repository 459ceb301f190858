using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class UnlinkDeveloperIdentityTests(ServerFixture server)
{
    [Fact]
    public async Task One_user_goes_and_the_others_stay()
    {
        var pool = await server.DeveloperPoolAsync();
        var id = await server.DeveloperIdAsync(pool, "stays");
        await server.DeveloperIdAsync(pool, "goes");
        await server.MergeAsync(pool, "goes", "stays");

        AssertEmpty(await server.UnlinkDeveloperAsync(pool, id, "goes"));

        Assert.Equal(id, await server.DeveloperIdAsync(pool, "stays"));
        Assert.NotEqual(id, await server.DeveloperIdAsync(pool, "goes")); // A new user the next time.
    }

    [Fact]
    public async Task The_last_one_disables_the_identity_for_good()
    {
        var pool = await server.DeveloperPoolAsync();
        var id = await server.DeveloperIdAsync(pool, "last");

        AssertEmpty(await server.UnlinkDeveloperAsync(pool, id, "last"));

        AssertForbidden(id, await server.DeveloperTokenAsync(pool, "last", id));
        var fresh = await server.DeveloperIdAsync(pool, "last");
        Assert.NotEqual(id, fresh);
        AssertForbidden(id, await server.DeveloperTokenAsync(pool, "another", id));
        Assert.Empty(await server.ProvidersAsync(id));
    }

    [Fact]
    public async Task A_public_login_keeps_the_identity_alive()
    {
        var pool = await server.DeveloperPoolAsync();
        var login = await server.LoginAsync("alive");
        var id = (await server.DeveloperTokenAsync(pool, "user", also: login))["IdentityId"];

        AssertEmpty(await server.UnlinkDeveloperAsync(pool, id, "user"));

        Assert.Equal(id, await server.IdAsync(pool, login));
        Assert.Equal([server.Oidc.LoginKey], await server.ProvidersAsync(id));
    }

    [Fact]
    public async Task A_user_of_another_identity_conflicts_and_an_unknown_one_is_not_found()
    {
        var pool = await server.DeveloperPoolAsync();
        var (id, owner) = (await server.DeveloperIdAsync(pool, "mine"), await server.DeveloperIdAsync(pool, "yours"));

        AssertRefused(
            "ResourceConflictException",
            "The developer user identifier is not associated with the given identity.",
            await server.UnlinkDeveloperAsync(pool, id, "yours"));
        AssertRefused(
            "ResourceNotFoundException", "Developer user identifier 'Mine' not found.", await server.UnlinkDeveloperAsync(pool, id, "Mine"));
        Assert.Equal(owner, await server.DeveloperIdAsync(pool, "yours"));
    }

    [Fact]
    public async Task Unknown_and_foreign_identities_are_not_found()
    {
        var (pool, otherPool) = (await server.DeveloperPoolAsync(), await server.DeveloperPoolAsync());
        var elsewhere = await server.DeveloperIdAsync(otherPool, "user");

        AssertIdentityNotFound(elsewhere, await server.UnlinkDeveloperAsync(pool, elsewhere, "user"));
        AssertIdentityNotFound("us-east-1:0a", await server.UnlinkDeveloperAsync(pool, "us-east-1:0a", "user"));
        AssertRefused(
            "ResourceNotFoundException",
            "IdentityPool 'us-east-1:0a' not found.",
            await server.UnlinkDeveloperAsync("us-east-1:0a", elsewhere, "user"));
    }

    [Fact]
    public async Task Another_providers_name_is_refused()
    {
        var pool = await server.DeveloperPoolAsync();
        var id = await server.DeveloperIdAsync(pool, "user");

        AssertRefused("InvalidParameterException", UnsupportedDeveloper, await server.Client.CallAsync("UnlinkDeveloperIdentity", new
        {
            IdentityPoolId = pool,
            IdentityId = id,
            DeveloperProviderName = "login.other",
            DeveloperUserIdentifier = "user",
        }));
    }

    [Fact]
    public async Task Of_many_at_once_one_unlinks_and_the_others_find_nothing()
    {
        var pool = await server.DeveloperPoolAsync();
        var id = await server.DeveloperIdAsync(pool, "once");

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => server.UnlinkDeveloperAsync(pool, id, "once")));

        Assert.Single(answers, answer => answer.Ok);
        Assert.All(answers.Where(answer => !answer.Ok), answer => Assert.Equal("ResourceNotFoundException", answer.Error));
    }
}
