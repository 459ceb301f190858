using System.Text.Json.Nodes;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Compat;

/// <summary>
/// Old applications keep an identity id and come back with it. The JavaScript SDK v2, like iOS and Android, drops it on
/// NotAuthorizedException and on nothing else.
/// </summary>
[Collection(nameof(WireTests))]
public sealed class CachedIdentityTests(ServerFixture server)
{
    [Fact]
    public async Task Without_a_cached_id_the_sdk_gets_one_and_asks_for_credentials()
    {
        var pool = await server.OidcPoolAsync();

        var (code, identity) = await CredentialsAsync(pool);

        Assert.Equal("InvalidIdentityPoolConfigurationException", code); // No roles: the answer that developers know.
        Assert.Equal(200, (await server.Client.CallAsync("DescribeIdentity", new { IdentityId = identity })).Status);
    }

    [Fact]
    public async Task An_id_that_gave_way_in_a_merge_is_dropped()
    {
        var pool = await server.OidcPoolAsync();
        var login = await server.LoginAsync($"cached-{pool}");
        await server.Client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = login });
        var guest = (await server.Client.CallAsync("GetId", new { IdentityPoolId = pool }))["IdentityId"];
        await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = guest, Logins = login });

        Assert.Equal(("NotAuthorizedException", null), await CredentialsAsync(pool, guest));
    }

    [Fact]
    public async Task An_id_that_was_deleted_is_not_found()
    {
        var pool = await server.OidcPoolAsync();
        var guest = (await server.Client.CallAsync("GetId", new { IdentityPoolId = pool }))["IdentityId"];
        await server.Client.CallAsync("DeleteIdentities", new { IdentityIdsToDelete = new[] { guest } });

        Assert.Equal(("ResourceNotFoundException", guest), await CredentialsAsync(pool, guest));
    }

    [Theory]
    [InlineData(SdkPeer.V3)]
    [InlineData(SdkPeer.V2)]
    public async Task Every_operation_goes_through_the_sdks_and_its_error_is_told_by_name(string program)
    {
        using var sdk = SdkPeer.Start(program, server.Server.BaseAddress);
        const string Id = "us-east-1:0a";
        const string Arn = $"arn:aws:cognito-identity:us-east-1:000000000000:identitypool/{Id}";
        var settings = new { IdentityPoolId = Id, IdentityPoolName = "p", AllowUnauthenticatedIdentities = true };
        var (pool, identity) = (new { IdentityPoolId = Id }, new { IdentityId = Id });
        var user = new { IdentityPoolId = Id, IdentityId = Id, DeveloperProviderName = "d", DeveloperUserIdentifier = "u" };
        foreach (var (operation, input) in new (string, object)[]
        {
            ("DeleteIdentityPool", pool),
            ("DescribeIdentity", identity),
            ("DescribeIdentityPool", pool),
            ("GetCredentialsForIdentity", identity),
            ("GetId", pool),
            ("GetIdentityPoolRoles", pool),
            ("GetOpenIdToken", identity),
            ("GetOpenIdTokenForDeveloperIdentity", new { IdentityPoolId = Id, Logins = new { d = "u" } }),
            ("GetPrincipalTagAttributeMap", new { IdentityPoolId = Id, IdentityProviderName = "accounts.google.com" }),
            ("ListIdentities", new { IdentityPoolId = Id, MaxResults = 1 }),
            ("ListTagsForResource", new { ResourceArn = Arn }),
            ("LookupDeveloperIdentity", new { IdentityPoolId = Id, IdentityId = Id }),
            ("MergeDeveloperIdentities", new
            {
                IdentityPoolId = Id, SourceUserIdentifier = "a", DestinationUserIdentifier = "b", DeveloperProviderName = "d",
            }),
            ("SetIdentityPoolRoles", new { IdentityPoolId = Id, Roles = new { } }),
            ("SetPrincipalTagAttributeMap", new { IdentityPoolId = Id, IdentityProviderName = "accounts.google.com" }),
            ("TagResource", new { ResourceArn = Arn, Tags = new { k = "v" } }),
            ("UnlinkDeveloperIdentity", user),
            ("UnlinkIdentity", new { IdentityId = Id, Logins = new { k = "v" }, LoginsToRemove = new[] { "k" } }),
            ("UntagResource", new { ResourceArn = Arn, TagKeys = new[] { "k" } }),
            ("UpdateIdentityPool", settings),
        })
        {
            var answer = await sdk.CallAsync(operation, input);
            Assert.True(answer["name"]?.GetValue<string>() == "ResourceNotFoundException", $"{operation}: {answer.ToJsonString()}");
        }

        var deleted = await sdk.OutputAsync("DeleteIdentities", new { IdentityIdsToDelete = new[] { Id } });
        Assert.Equal("[]", deleted["UnprocessedIdentityIds"]!.ToJsonString());
    }

    private async Task<(string? Code, string? Identity)> CredentialsAsync(string pool, string? identity = null)
    {
        string[] arguments = [server.Issuer, "us-east-1", pool, .. identity is null ? Array.Empty<string>() : [identity]];
        var (status, output, error) = await Peer.RunAsync("credentials-v2.mjs", new Dictionary<string, string?>(), arguments);
        Assert.True(status == 0, error);
        var answer = JsonNode.Parse(output)!;
        return (answer["code"]?.GetValue<string>(), answer["identityId"]?.GetValue<string>());
    }
}
