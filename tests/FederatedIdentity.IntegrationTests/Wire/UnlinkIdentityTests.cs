using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class UnlinkIdentityTests(ServerFixture server)
{
    [Fact]
    public async Task Whoever_proves_one_login_may_remove_another()
    {
        var pool = await server.DeveloperPoolAsync();
        var both = await server.BothLoginsAsync("owner", "owner");
        var id = await server.IdAsync(pool, both);
        var proof = Only(both, server.Oidc.LoginKey);

        AssertEmpty(await UnlinkAsync(id, proof, server.OtherOidc.LoginKey));

        Assert.Equal(id, await server.IdAsync(pool, proof));
        Assert.NotEqual(id, await server.IdAsync(pool, Only(both, server.OtherOidc.LoginKey)));
        Assert.Equal([server.Oidc.LoginKey], await server.ProvidersAsync(id));
    }

    [Fact]
    public async Task Several_go_at_once_and_the_last_disables_for_good()
    {
        var pool = await server.DeveloperPoolAsync();
        var both = await server.BothLoginsAsync("leaver", "leaver");
        var id = await server.IdAsync(pool, both);

        AssertEmpty(await UnlinkAsync(id, both, server.Oidc.LoginKey, server.OtherOidc.LoginKey, server.Oidc.LoginKey));

        Assert.Empty(await server.ProvidersAsync(id));
        AssertForbidden(id, await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = id, Logins = both }));
        AssertForbidden(id, await UnlinkAsync(id, both, server.Oidc.LoginKey));
        Assert.NotEqual(id, await server.IdAsync(pool, both));
    }

    [Fact]
    public async Task Names_that_are_not_linked_are_ignored_and_an_empty_list_changes_nothing()
    {
        var pool = await server.DeveloperPoolAsync();
        var login = await server.LoginAsync("stays");
        var id = await server.IdAsync(pool, login);

        AssertEmpty(await UnlinkAsync(id, login, "graph.facebook.com", server.OtherOidc.LoginKey, "anything at all"));
        AssertEmpty(await UnlinkAsync(id, login));

        Assert.Equal(id, await server.IdAsync(pool, login));
        Assert.Equal([server.Oidc.LoginKey], await server.ProvidersAsync(id));
    }

    [Fact]
    public async Task Without_proof_nothing_goes()
    {
        var pool = await server.DeveloperPoolAsync();
        var login = await server.LoginAsync("victim");
        var (id, guest) = (await server.IdAsync(pool, login), await server.GuestAsync(pool));
        var key = server.Oidc.LoginKey;

        AssertRefused("NotAuthorizedException", DoNotMatch, await UnlinkAsync(id, await server.LoginAsync("attacker"), key));
        AssertRefused("NotAuthorizedException", DoNotMatch, await UnlinkAsync(id, [], key));
        AssertRefused("NotAuthorizedException", DoNotMatch, await UnlinkAsync(guest, login, key));
        AssertRefused(
            "NotAuthorizedException",
            "Invalid login token. Not a valid OpenId Connect identity token.",
            await UnlinkAsync(id, new(login) { [server.OtherOidc.LoginKey] = "junk" }, key)); // One good proof does not excuse a bad one.
        AssertRefused(
            "ExternalServiceException", $"{server.DeadKey} is not responding.", await UnlinkAsync(id, server.DeadLogin(), key));
        AssertIdentityNotFound("us-east-1:0a", await UnlinkAsync("us-east-1:0a", login, key));
        Assert.Equal(id, await server.IdAsync(pool, login));
    }

    [Fact]
    public async Task It_links_nothing_that_is_presented_beside_the_proof()
    {
        var pool = await server.DeveloperPoolAsync();
        var both = await server.BothLoginsAsync("only-proof", "only-proof");
        var id = await server.IdAsync(pool, Only(both, server.Oidc.LoginKey));

        AssertEmpty(await UnlinkAsync(id, both, "graph.facebook.com"));

        Assert.NotEqual(id, await server.IdAsync(pool, Only(both, server.OtherOidc.LoginKey)));
    }

    [Fact]
    public async Task The_developers_users_are_out_of_its_reach()
    {
        var pool = await server.DeveloperPoolAsync();
        var login = await server.LoginAsync("with-developer");
        var id = (await server.DeveloperTokenAsync(pool, "user", also: login))["IdentityId"];

        AssertRefused("InvalidParameterException", PublicOnly, await UnlinkAsync(id, login, Developer));
        AssertRefused("InvalidParameterException", PublicOnly, await UnlinkAsync(id, new() { [Developer] = "user" }, server.Oidc.LoginKey));
        AssertEmpty(await UnlinkAsync(id, login, server.Oidc.LoginKey));

        Assert.Equal(id, await server.DeveloperIdAsync(pool, "user")); // Alive by its developer user.
        Assert.NotEqual(id, await server.IdAsync(pool, login));
    }

    private static Dictionary<string, string> Only(Dictionary<string, string> logins, string key) => new() { [key] = logins[key] };

    private Task<WireAnswer> UnlinkAsync(string identity, Dictionary<string, string> logins, params string[] keys) =>
        server.Client.CallAsync("UnlinkIdentity", new { IdentityId = identity, Logins = logins, LoginsToRemove = keys });
}
