using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class GetOpenIdTokenTests(ServerFixture server)
{
    [Fact]
    public async Task A_guests_token_has_the_claims_of_the_real_service_in_its_order()
    {
        var pool = await server.PoolAsync(new { AllowUnauthenticatedIdentities = true });
        var guest = (await server.Client.CallAsync("GetId", new { IdentityPoolId = pool }))["IdentityId"];

        var answer = await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = guest });

        Assert.Equal(guest, answer["IdentityId"]);
        var (header, claims) = Decode(answer["Token"]);
        Assert.Equal(["kid", "typ", "alg"], header.Select(member => member.Key));
        Assert.Equal("us-east-11", header["kid"]!.GetValue<string>());
        Assert.Equal("JWS", header["typ"]!.GetValue<string>());
        Assert.Equal("RS512", header["alg"]!.GetValue<string>());
        Assert.Equal(
            ["sub", "aud", "amr", "iss", "https://cognito-identity.amazonaws.com/identity-pool-arn", "exp", "iat"],
            claims.Select(member => member.Key));
        Assert.Equal(guest, claims["sub"]!.GetValue<string>());
        Assert.Equal(pool, claims["aud"]!.GetValue<string>());
        Assert.Equal("""["unauthenticated"]""", claims["amr"]!.ToJsonString());
        Assert.Equal(server.Issuer, claims["iss"]!.GetValue<string>());
        Assert.Equal(
            $"arn:aws:cognito-identity:us-east-1:000000000000:identitypool/{pool}",
            claims["https://cognito-identity.amazonaws.com/identity-pool-arn"]!.GetValue<string>());
        Assert.Equal(600, claims["exp"]!.GetValue<long>() - claims["iat"]!.GetValue<long>());
    }

    [Fact]
    public async Task An_authenticated_token_names_the_login_that_was_proven()
    {
        var pool = await server.OidcPoolAsync();
        var login = await server.LoginAsync("alice");
        var id = (await server.Client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = login }))["IdentityId"];

        var answer = await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = id, Logins = login });

        Assert.Equal(
            $"""["authenticated","{server.Oidc.LoginKey}","{server.Oidc.Arn}:OIDC:alice"]""",
            Decode(answer["Token"]).Claims["amr"]!.ToJsonString());
    }

    [Fact]
    public async Task A_stranger_verifies_the_token_with_nothing_but_discovery()
    {
        var pool = await server.PoolAsync(new { AllowUnauthenticatedIdentities = true });
        var guest = (await server.Client.CallAsync("GetId", new { IdentityPoolId = pool }))["IdentityId"];
        var token = (await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = guest }))["Token"];

        var (status, output, error) = await Peer.RunAsync("verify.mjs", new Dictionary<string, string?>(), server.Issuer, token, pool);

        Assert.True(status == 0, error);
        Assert.Equal(guest, JsonNode.Parse(output)!["claims"]!["sub"]!.GetValue<string>());
        var forged = token[..^10] + (token[^10] == 'A' ? "B" : "A") + token[^9..];
        Assert.NotEqual(0, (await Peer.RunAsync("verify.mjs", new Dictionary<string, string?>(), server.Issuer, forged, pool)).Status);
    }

    [Fact]
    public async Task A_guest_keeps_its_id_when_it_logs_in_for_the_first_time()
    {
        var pool = await server.OidcPoolAsync();
        var guest = (await server.Client.CallAsync("GetId", new { IdentityPoolId = pool }))["IdentityId"];
        var login = await server.LoginAsync("upgrade");

        var upgraded = await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = guest, Logins = login });

        Assert.Equal(guest, upgraded["IdentityId"]);
        Assert.Equal(guest, (await server.Client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = login }))["IdentityId"]);
        await IsForbidden(guest);
    }

    [Fact]
    public async Task A_guest_gives_way_to_the_identity_that_owns_the_login_and_is_disabled_for_good()
    {
        var pool = await server.OidcPoolAsync();
        var login = await server.LoginAsync("returning");
        var owner = (await server.Client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = login }))["IdentityId"];
        var guest = (await server.Client.CallAsync("GetId", new { IdentityPoolId = pool }))["IdentityId"];

        Assert.Equal(owner, (await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = guest, Logins = login }))["IdentityId"]);
        await IsForbidden(guest);
        var again = await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = guest, Logins = login });
        Assert.Equal(("NotAuthorizedException", $"Access to Identity '{guest}' is forbidden."), (again.Error, again.Message));
    }

    [Fact]
    public async Task Another_users_login_does_not_open_an_identity()
    {
        var pool = await server.OidcPoolAsync();
        var id = (await server.Client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = await server.LoginAsync("anna") }))["IdentityId"];

        var answer = await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = id, Logins = await server.LoginAsync("bert") });

        Assert.Equal(
            ("NotAuthorizedException", "Logins don't match. Please include at least one valid login for this identity or identity pool."),
            (answer.Error, answer.Message));
    }

    [Fact]
    public async Task The_classic_flow_can_be_switched_off()
    {
        var pool = await server.PoolAsync(new { AllowUnauthenticatedIdentities = true, AllowClassicFlow = false });
        var guest = (await server.Client.CallAsync("GetId", new { IdentityPoolId = pool }))["IdentityId"];

        var answer = await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = guest });

        Assert.Equal(
            ("InvalidParameterException", "Basic (classic) flow is not enabled, please use enhanced flow."), (answer.Error, answer.Message));
    }

    [Fact]
    public async Task A_saml_login_needs_the_enhanced_flow()
    {
        const string Saml = "arn:aws:iam::000000000000:saml-provider/Corp";
        var pool = await server.PoolAsync(new { AllowUnauthenticatedIdentities = true, SamlProviderARNs = new[] { Saml } });
        var guest = (await server.Client.CallAsync("GetId", new { IdentityPoolId = pool }))["IdentityId"];

        var answer = await server.Client.CallAsync(
            "GetOpenIdToken", new { IdentityId = guest, Logins = new Dictionary<string, string> { [Saml] = "PHNhbWw+" } });

        Assert.Equal(
            ("InvalidParameterException", "Basic (classic) flow is not supported with SAML, please use enhanced flow."),
            (answer.Error, answer.Message));
    }

    [Fact]
    public async Task A_guest_from_before_guests_were_switched_off_gets_no_token()
    {
        var pool = await server.PoolAsync(new { AllowUnauthenticatedIdentities = true });
        var guest = (await server.Client.CallAsync("GetId", new { IdentityPoolId = pool }))["IdentityId"];
        await server.Client.CallAsync(
            "UpdateIdentityPool", new { IdentityPoolId = pool, IdentityPoolName = "p", AllowUnauthenticatedIdentities = false });

        var answer = await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = guest });

        Assert.Equal(
            ("NotAuthorizedException", "Unauthenticated access is not supported for this identity pool."), (answer.Error, answer.Message));
    }

    private async Task IsForbidden(string identity)
    {
        var answer = await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = identity });
        Assert.Equal(("NotAuthorizedException", $"Access to Identity '{identity}' is forbidden."), (answer.Error, answer.Message));
    }

    private static (JsonObject Header, JsonObject Claims) Decode(string token)
    {
        var parts = token.Split('.');
        return (Part(parts[0]), Part(parts[1]));

        static JsonObject Part(string text) =>
            JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(text))!.AsObject();
    }
}
