using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class GetIdentityPoolRolesTests(ServerFixture server)
{
    [Fact]
    public async Task A_pool_that_never_had_any_shows_its_id_alone()
    {
        var pool = await server.PoolAsync(new { });

        Assert.Equal($$"""{"IdentityPoolId":"{{pool}}"}""", (await CallAsync(pool)).Text);
    }

    [Fact]
    public async Task It_returns_exactly_what_was_set_in_its_order()
    {
        var pool = await server.PoolAsync(new
        {
            SupportedLoginProviders = new Dictionary<string, string>
            {
                ["www.amazon.com"] = "amzn1.application.1",
                ["accounts.google.com"] = "2",
            },
        });
        var set = JsonNode.Parse($$"""
            {
              "IdentityPoolId": "{{pool}}",
              "Roles": {"authenticated": "{{AnyRole}}"},
              "RoleMappings": {
                "www.amazon.com": {"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"},
                "accounts.google.com": {
                  "Type": "Rules",
                  "AmbiguousRoleResolution": "Deny",
                  "RulesConfiguration": {"Rules": [
                    {"Claim": "z", "MatchType": "StartsWith", "Value": "1", "RoleARN": "{{AnyRole}}1"},
                    {"Claim": "a", "MatchType": "Equals", "Value": "2", "RoleARN": "{{AnyRole}}2"},
                    {"Claim": "z", "MatchType": "StartsWith", "Value": "1", "RoleARN": "{{AnyRole}}1"}
                  ]}
                }
              }
            }
            """)!;
        AssertEmpty(await server.Client.CallAsync("SetIdentityPoolRoles", set));

        var got = await CallAsync(pool);

        Assert.Equal(set.ToJsonString(), JsonNode.Parse(got.Text)!.ToJsonString());
    }

    [Fact]
    public async Task An_unknown_pool_is_not_found() =>
        AssertRefused("ResourceNotFoundException", "IdentityPool 'us-east-1:0a' not found.", await CallAsync("us-east-1:0a"));

    private Task<WireAnswer> CallAsync(string pool) => server.Client.CallAsync("GetIdentityPoolRoles", new { IdentityPoolId = pool });
}
