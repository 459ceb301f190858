using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class LookupDeveloperIdentityTests(ServerFixture server)
{
    [Fact]
    public async Task From_either_side_it_finds_the_other_and_both_together_it_repeats()
    {
        var pool = await server.DeveloperPoolAsync();
        var id = await UserWithAsync(pool, "b", "a");

        AssertFound(id, ["a", "b"], await LookupAsync(new { IdentityPoolId = pool, IdentityId = id }));
        AssertFound(id, ["a", "b"], await LookupAsync(new { IdentityPoolId = pool, DeveloperUserIdentifier = "b" }));
        AssertFound(id, ["b"], await LookupAsync(new { IdentityPoolId = pool, IdentityId = id, DeveloperUserIdentifier = "b" }));
    }

    [Fact]
    public async Task An_identity_without_developer_users_has_an_empty_list()
    {
        var pool = await server.DeveloperPoolAsync();

        foreach (var id in new[] { await server.GuestAsync(pool), await server.IdAsync(pool, await server.LoginAsync("looked-up")) })
        {
            AssertFound(id, [], await LookupAsync(new { IdentityPoolId = pool, IdentityId = id }));
        }
    }

    [Fact]
    public async Task What_does_not_belong_together_conflicts()
    {
        var pool = await server.DeveloperPoolAsync();
        await UserWithAsync(pool, "a");
        var other = await UserWithAsync(pool, "b");

        AssertRefused(
            "ResourceConflictException",
            "The developer user identifier is not associated with the given identity.",
            await LookupAsync(new { IdentityPoolId = pool, IdentityId = other, DeveloperUserIdentifier = "a" }));
    }

    [Fact]
    public async Task Unknown_ones_are_not_found()
    {
        var (pool, otherPool) = (await server.DeveloperPoolAsync(), await server.DeveloperPoolAsync());
        var (id, elsewhere) = (await UserWithAsync(pool, "a"), await UserWithAsync(otherPool, "z"));
        const string NoUser = "Developer user identifier 'z' not found.";

        AssertRefused("ResourceNotFoundException", NoUser, await LookupAsync(new { IdentityPoolId = pool, DeveloperUserIdentifier = "z" }));
        AssertRefused(
            "ResourceNotFoundException", NoUser, await LookupAsync(new { IdentityPoolId = pool, IdentityId = id, DeveloperUserIdentifier = "z" }));
        AssertIdentityNotFound("us-east-1:0a", await LookupAsync(new { IdentityPoolId = pool, IdentityId = "us-east-1:0a" }));
        AssertIdentityNotFound(elsewhere, await LookupAsync(new { IdentityPoolId = pool, IdentityId = elsewhere }));
        AssertIdentityNotFound(elsewhere, await LookupAsync(new { IdentityPoolId = pool, IdentityId = elsewhere, DeveloperUserIdentifier = "z" }));
        AssertRefused(
            "ResourceNotFoundException",
            "IdentityPool 'us-east-1:0a' not found.",
            await LookupAsync(new { IdentityPoolId = "us-east-1:0a", IdentityId = id }));
    }

    [Fact]
    public async Task It_needs_something_to_look_for_and_a_developer_provider()
    {
        var without = await server.OidcPoolAsync();

        AssertRefused(
            "InvalidParameterException",
            "Please provide at least one of IdentityId or DeveloperUserIdentifier.",
            await LookupAsync(new { IdentityPoolId = without }));
        AssertRefused(
            "InvalidParameterException", UnsupportedDeveloper, await LookupAsync(new { IdentityPoolId = without, DeveloperUserIdentifier = "a" }));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task A_walk_meets_every_user_that_stays_once_while_others_are_unlinked(int size)
    {
        var pool = await server.DeveloperPoolAsync();
        string[] users = [.. Enumerable.Range(10, 20).Select(number => $"user-{number}")];
        var id = await UserWithAsync(pool, users);
        string[] leaving = ["user-12", "user-13", "user-28", "user-29"];
        var open = new Queue<string>(leaving);

        var seen = new List<string>();
        string? token = null;
        do
        {
            var page = await LookupAsync(new { IdentityPoolId = pool, IdentityId = id, MaxResults = size, NextToken = token });
            Assert.True(page.Ok, page.Text);
            var items = page.Body["DeveloperUserIdentifierList"]!.AsArray().Select(user => user!.GetValue<string>()).ToArray();
            Assert.InRange(items.Length, 1, size);
            seen.AddRange(items);
            token = page.Body["NextToken"]?.GetValue<string>();
            if (seen.Count >= 4 && open.TryDequeue(out var gone))
            {
                AssertEmpty(await server.UnlinkDeveloperAsync(pool, id, gone));
            }
        }
        while (token is not null);

        Assert.Equal(seen.Distinct(), seen);
        Assert.Equal(seen.Order(StringComparer.Ordinal), seen);
        Assert.Empty(users.Except(leaving).Except(seen));
    }

    [Fact]
    public async Task A_token_serves_the_identity_it_was_made_for_alone()
    {
        var pool = await server.DeveloperPoolAsync();
        var (id, other) = (await UserWithAsync(pool, "a", "b"), await UserWithAsync(pool, "c", "d"));
        var token = (await LookupAsync(new { IdentityPoolId = pool, IdentityId = id, MaxResults = 1 }))["NextToken"];

        AssertFound(id, ["b"], await LookupAsync(new { IdentityPoolId = pool, DeveloperUserIdentifier = "a", MaxResults = 60, NextToken = token }));
        foreach (var foreign in new[] { token, "nonsense" })
        {
            AssertRefused(
                "InvalidParameterException",
                "Invalid pagination token.",
                await LookupAsync(new { IdentityPoolId = pool, IdentityId = other, NextToken = foreign }));
        }
    }

    private static void AssertFound(string id, string[] users, WireAnswer answer)
    {
        Assert.True(answer.Ok, answer.Text);
        Assert.Equal(id, answer["IdentityId"]);
        Assert.Equal(users, answer.Body["DeveloperUserIdentifierList"]!.AsArray().Select(user => user!.GetValue<string>()));
        Assert.Null(answer.Body["NextToken"]);
    }

    private async Task<string> UserWithAsync(string pool, params string[] users)
    {
        var id = await server.DeveloperIdAsync(pool, users[0]);
        foreach (var user in users[1..])
        {
            await server.DeveloperIdAsync(pool, user);
            Assert.True((await server.MergeAsync(pool, user, users[0])).Ok);
        }

        return id;
    }

    private Task<WireAnswer> LookupAsync(object input) => server.Client.CallAsync("LookupDeveloperIdentity", input);
}
