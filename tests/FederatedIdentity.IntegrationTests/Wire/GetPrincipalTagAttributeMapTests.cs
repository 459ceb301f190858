using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class GetPrincipalTagAttributeMapTests(ServerFixture server)
{
    [Fact]
    public async Task A_configured_provider_that_never_had_a_map_has_no_tags()
    {
        var pool = await server.OidcPoolAsync();

        Assert.Equal(
            $$$"""{"IdentityPoolId":"{{{pool}}}","IdentityProviderName":"{{{server.Oidc.Arn}}}","PrincipalTags":{}}""",
            (await CallAsync(pool, server.Oidc.Arn)).Text);
    }

    [Fact]
    public async Task A_map_outlives_its_provider_in_the_pool()
    {
        var pool = await server.OidcPoolAsync();
        await server.Client.CallAsync(
            "SetPrincipalTagAttributeMap", new { IdentityPoolId = pool, IdentityProviderName = server.Oidc.Arn, UseDefaults = true });
        await server.Client.CallAsync(
            "UpdateIdentityPool", new { IdentityPoolId = pool, IdentityPoolName = "p", AllowUnauthenticatedIdentities = false });

        Assert.True((await CallAsync(pool, server.Oidc.Arn)).Body["UseDefaults"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Providers_that_are_not_configured_and_unknown_pools_are_not_found()
    {
        var pool = await server.OidcPoolAsync();

        AssertRefused(
            "ResourceNotFoundException", "Identity provider 'graph.facebook.com' not found.", await CallAsync(pool, "graph.facebook.com"));
        AssertRefused(
            "ResourceNotFoundException", "IdentityPool 'us-east-1:0a' not found.", await CallAsync("us-east-1:0a", "graph.facebook.com"));
    }

    private Task<WireAnswer> CallAsync(string pool, string provider) => server.Client.CallAsync(
        "GetPrincipalTagAttributeMap", new { IdentityPoolId = pool, IdentityProviderName = provider });
}
