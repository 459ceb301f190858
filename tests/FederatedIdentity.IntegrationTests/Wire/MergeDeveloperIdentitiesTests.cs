using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class MergeDeveloperIdentitiesTests(ServerFixture server)
{
    [Fact]
    public async Task The_destination_gets_every_login_and_the_source_is_disabled_for_good()
    {
        var pool = await server.DeveloperPoolAsync();
        var login = await server.LoginAsync("moved");
        var source = (await server.DeveloperTokenAsync(pool, "source", also: login))["IdentityId"];
        var destination = await server.DeveloperIdAsync(pool, "destination"); // The younger one, and yet it survives.

        var merged = await server.MergeAsync(pool, "source", "destination");

        Assert.Equal(destination, merged["IdentityId"]);
        Assert.Equal(destination, await server.IdAsync(pool, login));
        Assert.Equal(destination, await server.DeveloperIdAsync(pool, "source"));
        Assert.Equal(destination, await server.DeveloperIdAsync(pool, "destination"));
        Assert.Equal([server.Oidc.LoginKey, Developer], await server.ProvidersAsync(destination));
        Assert.Empty(await server.ProvidersAsync(source));
        AssertForbidden(source, await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = source, Logins = login }));
        AssertForbidden(source, await server.DeveloperTokenAsync(pool, "anybody", source));
    }

    [Fact]
    public async Task Users_of_one_identity_are_merged_already()
    {
        var pool = await server.DeveloperPoolAsync();
        var id = await server.DeveloperIdAsync(pool, "one");
        await server.DeveloperIdAsync(pool, "two");
        await server.MergeAsync(pool, "two", "one");

        foreach (var (source, destination) in new[] { ("two", "one"), ("one", "two"), ("one", "one") })
        {
            Assert.Equal(id, (await server.MergeAsync(pool, source, destination))["IdentityId"]);
        }
    }

    [Fact]
    public async Task Two_users_of_one_public_provider_stay_apart_and_nothing_changes()
    {
        var pool = await server.DeveloperPoolAsync();
        var source = (await server.DeveloperTokenAsync(pool, "source", also: await server.LoginAsync("one")))["IdentityId"];
        var destination = (await server.DeveloperTokenAsync(pool, "destination", also: await server.LoginAsync("two")))["IdentityId"];

        AssertRefused("ResourceConflictException", Linked, await server.MergeAsync(pool, "source", "destination"));

        Assert.Equal(source, await server.DeveloperIdAsync(pool, "source"));
        Assert.Equal(source, await server.IdAsync(pool, await server.LoginAsync("one")));
        Assert.Equal(destination, await server.DeveloperIdAsync(pool, "destination"));
        Assert.Equal(destination, await server.IdAsync(pool, await server.LoginAsync("two")));
    }

    [Fact]
    public async Task An_identity_holds_twenty_logins_and_no_more()
    {
        var pool = await server.DeveloperPoolAsync();
        var id = await server.DeveloperIdAsync(pool, "u1");
        for (var number = 2; number <= 21; number++)
        {
            await server.DeveloperIdAsync(pool, $"u{number}");
            var answer = await server.MergeAsync(pool, $"u{number}", "u1");
            if (number <= 20)
            {
                Assert.Equal(id, answer["IdentityId"]);
            }
            else
            {
                AssertRefused("InvalidParameterException", "An identity can have at most 20 linked logins.", answer);
            }
        }

        Assert.NotEqual(id, await server.DeveloperIdAsync(pool, "u21"));
        Assert.Equal(id, await server.DeveloperIdAsync(pool, "u20"));
        AssertRefused(
            "InvalidParameterException",
            "An identity can have at most 20 linked logins.",
            await server.DeveloperTokenAsync(pool, "u1", id, await server.LoginAsync("one-too-many")));
    }

    [Theory]
    [InlineData("nobody", "known")]
    [InlineData("known", "nobody")]
    [InlineData("nobody", "nobody")]
    public async Task Unknown_users_are_not_found(string source, string destination)
    {
        var pool = await server.DeveloperPoolAsync();
        await server.DeveloperIdAsync(pool, "known");

        AssertRefused(
            "ResourceNotFoundException", "Developer user identifier 'nobody' not found.", await server.MergeAsync(pool, source, destination));
    }

    [Theory]
    [InlineData("login.other")]
    [InlineData("LOGIN.MINE")]
    public async Task Another_providers_name_is_refused(string name)
    {
        var pool = await server.DeveloperPoolAsync();
        await server.DeveloperIdAsync(pool, "known");

        AssertRefused("InvalidParameterException", UnsupportedDeveloper, await server.Client.CallAsync("MergeDeveloperIdentities", new
        {
            IdentityPoolId = pool,
            DeveloperProviderName = name,
            SourceUserIdentifier = "known",
            DestinationUserIdentifier = "known",
        }));
    }

    [Fact]
    public async Task Opposite_merges_at_once_agree_on_one_survivor()
    {
        var pool = await server.DeveloperPoolAsync();
        var (a, b) = (await server.DeveloperIdAsync(pool, "a"), await server.DeveloperIdAsync(pool, "b"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(number =>
            number % 2 == 0 ? server.MergeAsync(pool, "a", "b") : server.MergeAsync(pool, "b", "a")));

        var survivor = Assert.Single(answers.Select(answer => answer["IdentityId"]).Distinct());
        Assert.Equal(survivor, await server.DeveloperIdAsync(pool, "a"));
        Assert.Equal(survivor, await server.DeveloperIdAsync(pool, "b"));
        AssertForbidden(survivor == a ? b : a, await server.DeveloperTokenAsync(pool, "c", survivor == a ? b : a));
    }
}
