using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>Our own token as a login of GetCredentialsForIdentity, which is how a developer's users get credentials.</summary>
[Collection(nameof(WireTests))]
public sealed class OwnTokenTests(ServerFixture server)
{
    private const string Key = "cognito-identity.amazonaws.com";

    [Fact]
    public async Task P46_a_developer_users_token_opens_its_identity_and_no_other()
    {
        var (pool, otherPool) = (await server.DeveloperPoolAsync(), await server.DeveloperPoolAsync());
        var (mine, yours) = (await server.DeveloperTokenAsync(pool, "mine"), await server.DeveloperTokenAsync(pool, "yours"));
        var elsewhere = await server.DeveloperTokenAsync(otherPool, "mine");

        AssertAccepted(await CallAsync(mine["IdentityId"], mine["Token"]));
        foreach (var other in new[] { yours["IdentityId"], elsewhere["IdentityId"], await server.GuestAsync(pool) })
        {
            AssertRefused("NotAuthorizedException", DoNotMatch, await CallAsync(other, mine["Token"]));
        }
    }

    [Fact]
    public async Task P46_the_classic_flows_token_counts_when_it_was_proven_by_a_login()
    {
        var pool = await server.DeveloperPoolAsync();
        var (login, guest) = (await server.LoginAsync("classic"), await server.GuestAsync(pool));
        var before = (await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = guest }))["Token"];

        AssertRefused("NotAuthorizedException", DoNotMatch, await CallAsync(guest, before));
        var after = (await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = guest, Logins = login }))["Token"];

        AssertAccepted(await CallAsync(guest, after));
        AssertRefused("NotAuthorizedException", DoNotMatch, await CallAsync(guest, before)); // Still a guest's token.
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("a.b.c")]
    [InlineData("..")]
    public async Task What_is_no_token_of_ours_is_told_so(string token) => AssertRefused(
        "NotAuthorizedException", "Invalid login token. Not a Cognito token.", await CallAsync(await NewUserAsync(), token));

    [Fact]
    public async Task C19_another_issuers_token_is_told_so() => AssertRefused(
        "NotAuthorizedException",
        "Invalid login token. Not a Cognito token.",
        await CallAsync(await NewUserAsync(), await server.Oidc.TokenAsync("mine")));

    [Fact]
    public async Task P46_an_altered_token_does_not_verify()
    {
        var pool = await server.DeveloperPoolAsync();
        var (mine, yours) = (await server.DeveloperTokenAsync(pool, "mine"), await server.DeveloperTokenAsync(pool, "yours"));
        var (parts, theirs) = (mine["Token"].Split('.'), yours["Token"].Split('.'));
        var middle = parts[2].Length / 2;
        var flipped = parts[2][..middle] + (parts[2][middle] == 'A' ? 'B' : 'A') + parts[2][(middle + 1)..];

        foreach (var token in new[] { $"{parts[0]}.{parts[1]}.{flipped}", $"{parts[0]}.{theirs[1]}.{parts[2]}", $"{parts[0]}.{parts[1]}.{theirs[2]}" })
        {
            AssertRefused(
                "NotAuthorizedException", "Invalid login token. Couldn't verify signed token.", await CallAsync(yours["IdentityId"], token));
        }
    }

    [Fact]
    public async Task P46_it_expires_to_the_second()
    {
        var pool = await server.DeveloperPoolAsync();
        var short_ = await server.Client.CallAsync("GetOpenIdTokenForDeveloperIdentity", new
        {
            IdentityPoolId = pool,
            Logins = new Dictionary<string, string> { [Developer] = "brief" },
            TokenDuration = 1,
        });
        var expiry = Claims(short_["Token"])["exp"]!.GetValue<long>();

        // The server is a process with a clock of its own; this only waits until that clock must have passed the second.
        while (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() <= expiry)
        {
            await Task.Delay(100);
        }

        var answer = await CallAsync(short_["IdentityId"], short_["Token"]);
        Assert.Equal("NotAuthorizedException", answer.Error);
        Assert.Matches($@"\AInvalid login token\. Token expired: [0-9]+ >= {expiry}\z", answer.Message);
    }

    [Fact]
    public async Task It_stands_alone_in_the_map()
    {
        var pool = await server.DeveloperPoolAsync();
        var mine = await server.DeveloperTokenAsync(pool, "mine");
        var login = await server.LoginAsync("beside");
        login[Key] = mine["Token"];

        AssertRefused(
            "InvalidParameterException",
            "cognito-identity.amazonaws.com cannot be combined with other logins.",
            await server.Client.CallAsync("GetCredentialsForIdentity", new { IdentityId = mine["IdentityId"], Logins = login }));
    }

    [Fact]
    public async Task C19_it_proves_nothing_to_the_other_public_operations()
    {
        var pool = await server.DeveloperPoolAsync();
        var mine = await server.DeveloperTokenAsync(pool, "mine");
        var logins = new Dictionary<string, string> { [Key] = mine["Token"] };
        var id = mine["IdentityId"];

        foreach (var (operation, input) in new (string, object)[]
        {
            ("GetId", new { IdentityPoolId = pool, Logins = logins }),
            ("GetOpenIdToken", new { IdentityId = id, Logins = logins }),
            ("UnlinkIdentity", new { IdentityId = id, Logins = logins, LoginsToRemove = Array.Empty<string>() }),
            ("GetOpenIdTokenForDeveloperIdentity",
                new { IdentityPoolId = pool, Logins = new Dictionary<string, string>(logins) { [Developer] = "mine" } }),
        })
        {
            AssertRefused(
                "NotAuthorizedException", "Invalid login token. Can't pass in a Cognito token.", await server.Client.CallAsync(operation, input));
        }
    }

    [Fact]
    public async Task It_does_not_outlive_its_identity()
    {
        var pool = await server.DeveloperPoolAsync();
        var (merged, gone) = (await server.DeveloperTokenAsync(pool, "merged"), await server.DeveloperTokenAsync(pool, "gone"));
        await server.DeveloperTokenAsync(pool, "survivor");
        Assert.True((await server.MergeAsync(pool, "merged", "survivor")).Ok);
        await server.Client.CallAsync("DeleteIdentities", new { IdentityIdsToDelete = new[] { gone["IdentityId"] } });

        AssertForbidden(merged["IdentityId"], await CallAsync(merged["IdentityId"], merged["Token"]));
        AssertIdentityNotFound(gone["IdentityId"], await CallAsync(gone["IdentityId"], gone["Token"]));
    }

    private static void AssertAccepted(WireAnswer answer) => Assert.Equal("InvalidIdentityPoolConfigurationException", answer.Error);

    private async Task<string> NewUserAsync() => await server.DeveloperIdAsync(await server.DeveloperPoolAsync(), "somebody");

    private Task<WireAnswer> CallAsync(string identity, string token) => server.Client.CallAsync(
        "GetCredentialsForIdentity", new { IdentityId = identity, Logins = new Dictionary<string, string> { [Key] = token } });
}
