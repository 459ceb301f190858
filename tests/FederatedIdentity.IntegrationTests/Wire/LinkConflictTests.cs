using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>Logins of two providers meet in one call: what comes together, what must stay apart, and a provider that is down.</summary>
[Collection(nameof(WireTests))]
public sealed class LinkConflictTests(ServerFixture server)
{
    [Theory]
    [InlineData("GetId")]
    [InlineData("GetOpenIdToken")]
    [InlineData("GetCredentialsForIdentity")]
    public async Task P50_two_users_of_one_provider_never_come_together(string operation)
    {
        var pool = await server.DeveloperPoolAsync();
        var first = await server.IdAsync(pool, await server.LoginAsync("first"));
        var second = await server.IdAsync(pool, await server.BothLoginsAsync("second", "shared"));

        var answer = await CallAsync(operation, pool, first, await server.BothLoginsAsync("first", "shared"));

        AssertRefused("ResourceConflictException", Linked, answer);
        Assert.Equal(first, await server.IdAsync(pool, await server.LoginAsync("first")));
        Assert.Equal(second, await server.IdAsync(pool, await server.LoginAsync("second")));
    }

    [Theory]
    [InlineData("GetId")]
    [InlineData("GetOpenIdToken")]
    [InlineData("GetCredentialsForIdentity")]
    public async Task A_provider_that_does_not_answer_is_named(string operation)
    {
        var pool = await server.DeveloperPoolAsync();

        var answer = await CallAsync(operation, pool, await server.GuestAsync(pool), server.DeadLogin());

        AssertRefused("ExternalServiceException", $"{server.DeadKey} is not responding.", answer);
    }

    [Fact]
    public async Task Two_logins_in_one_call_make_one_identity_and_both_are_in_its_token()
    {
        var pool = await server.DeveloperPoolAsync();
        var both = await server.BothLoginsAsync("pair", "pair");
        var id = await server.IdAsync(pool, both);

        var token = (await CallAsync("GetOpenIdToken", pool, id, both))["Token"];

        Assert.Equal(id, await server.IdAsync(pool, await server.LoginAsync("pair")));
        Assert.Equal(
            [
                "authenticated",
                server.Oidc.LoginKey, $"{server.Oidc.Arn}:OIDC:pair",
                server.OtherOidc.LoginKey, $"{server.OtherOidc.Arn}:OIDC:pair",
            ],
            Claims(token)["amr"]!.AsArray().Select(method => method!.GetValue<string>()));
    }

    [Fact]
    public async Task P50_an_implicit_merge_in_GetId_keeps_the_oldest_identity()
    {
        var pool = await server.DeveloperPoolAsync();
        var both = await server.BothLoginsAsync("merging", "merging");
        var older = await server.IdAsync(pool, new() { [server.OtherOidc.LoginKey] = both[server.OtherOidc.LoginKey] });
        var younger = await server.IdAsync(pool, new() { [server.Oidc.LoginKey] = both[server.Oidc.LoginKey] });

        Assert.Equal(older, await server.IdAsync(pool, both));

        AssertForbidden(younger, await CallAsync("GetOpenIdToken", pool, younger, both));
    }

    [Fact]
    public async Task GetId_ignores_the_account_it_is_given()
    {
        var (pool, login) = (await server.DeveloperPoolAsync(), await server.LoginAsync("account"));

        var answer = await server.Client.CallAsync("GetId", new { AccountId = "1", IdentityPoolId = pool, Logins = login });

        Assert.Equal(await server.IdAsync(pool, login), answer["IdentityId"]);
    }

    [Theory]
    [InlineData("GetId")]
    [InlineData("GetOpenIdToken")]
    [InlineData("GetCredentialsForIdentity")]
    public async Task P43_nobody_but_the_developer_speaks_for_its_users(string operation)
    {
        var pool = await server.DeveloperPoolAsync();
        var user = await server.DeveloperIdAsync(pool, "user");

        AssertRefused("InvalidParameterException", PublicOnly, await CallAsync(operation, pool, user, new() { [Developer] = "user" }));
    }

    private Task<WireAnswer> CallAsync(string operation, string pool, string identity, Dictionary<string, string> logins) =>
        operation == "GetId"
            ? server.Client.CallAsync(operation, new { IdentityPoolId = pool, Logins = logins })
            : server.Client.CallAsync(operation, new { IdentityId = identity, Logins = logins });
}
