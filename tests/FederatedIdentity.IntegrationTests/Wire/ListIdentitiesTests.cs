using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class ListIdentitiesTests(ServerFixture server)
{
    [Fact]
    public async Task A_walk_meets_every_identity_once_while_others_are_created()
    {
        var pool = await server.PoolAsync(new { AllowUnauthenticatedIdentities = true });
        var created = new List<string>();
        for (var count = 0; count < 20; count++)
        {
            created.Add((await server.Client.CallAsync("GetId", new { IdentityPoolId = pool }))["IdentityId"]);
        }

        var seen = new List<string>();
        string? token = null;
        do
        {
            var page = await server.Client.CallAsync("ListIdentities", new { IdentityPoolId = pool, MaxResults = 3, NextToken = token });
            Assert.Equal(pool, page["IdentityPoolId"]);
            seen.AddRange(page.Body["Identities"]!.AsArray().Select(identity => identity!["IdentityId"]!.GetValue<string>()));
            token = page.Body["NextToken"]?.GetValue<string>();
            if (seen.Count < 12)
            {
                await server.Client.CallAsync("GetId", new { IdentityPoolId = pool });
            }
        }
        while (token is not null);

        Assert.Equal(seen.Distinct(), seen);
        Assert.Equal(created, seen.Take(20));
    }

    [Fact]
    public async Task An_empty_pool_lists_nothing() => Assert.Equal(
        "[]",
        (await server.Client.CallAsync("ListIdentities", new { IdentityPoolId = await server.PoolAsync(new { }), MaxResults = 1 }))
            .Body["Identities"]!.ToJsonString());

    [Fact]
    public async Task A_guest_that_gave_way_is_listed_as_disabled_unless_hidden()
    {
        var pool = await server.OidcPoolAsync();
        var login = await server.LoginAsync($"hide-{pool}");
        var owner = (await server.Client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = login }))["IdentityId"];
        var guest = (await server.Client.CallAsync("GetId", new { IdentityPoolId = pool }))["IdentityId"];
        await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = guest, Logins = login });

        Assert.Equal([owner, guest], await Ids(new { IdentityPoolId = pool, MaxResults = 60 }));
        Assert.Equal([owner, guest], await Ids(new { IdentityPoolId = pool, MaxResults = 60, HideDisabled = false }));
        Assert.Equal([owner], await Ids(new { IdentityPoolId = pool, MaxResults = 60, HideDisabled = true }));
    }

    [Fact]
    public async Task A_token_opens_only_the_list_it_was_made_for()
    {
        var pool = await server.PoolAsync(new { AllowUnauthenticatedIdentities = true });
        await server.Client.CallAsync("GetId", new { IdentityPoolId = pool });
        await server.Client.CallAsync("GetId", new { IdentityPoolId = pool });
        var token = (await server.Client.CallAsync("ListIdentities", new { IdentityPoolId = pool, MaxResults = 1 }))["NextToken"];
        var other = await server.PoolAsync(new { });

        foreach (var (operation, input) in new (string, object)[]
        {
            ("ListIdentities", new { IdentityPoolId = other, MaxResults = 1, NextToken = token }),
            ("ListIdentities", new { IdentityPoolId = pool, MaxResults = 1, NextToken = token, HideDisabled = true }),
            ("ListIdentityPools", new { MaxResults = 1, NextToken = token }),
        })
        {
            var answer = await server.Client.CallAsync(operation, input);
            Assert.Equal(("InvalidParameterException", "Invalid pagination token."), (answer.Error, answer.Message));
        }

        Assert.Equal(200, (await server.Client.CallAsync("ListIdentities", new { IdentityPoolId = pool, MaxResults = 1, NextToken = token })).Status);
    }

    [Fact]
    public async Task An_unknown_pool_is_not_found() => Assert.Equal(
        "ResourceNotFoundException",
        (await server.Client.CallAsync("ListIdentities", new { IdentityPoolId = "us-east-1:0a", MaxResults = 1 })).Error);

    private async Task<IEnumerable<string>> Ids(object input) =>
        (await server.Client.CallAsync("ListIdentities", input)).Body["Identities"]!.AsArray()
            .Select((JsonNode? identity) => identity!["IdentityId"]!.GetValue<string>());
}
