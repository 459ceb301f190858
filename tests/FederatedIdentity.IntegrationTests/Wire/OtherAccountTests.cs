using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>A pool of another account, with one identity that its developer's user "theirs" has.</summary>
internal sealed record ForeignPool(string Pool, string Identity);

/// <summary>What belongs to another account looks to a signed caller as if it were not there.</summary>
[Collection(nameof(WireTests))]
public sealed class OtherAccountTests(ServerFixture server)
{
    private static readonly string[] OnPools =
    [
        "DeleteIdentityPool", "DescribeIdentityPool", "GetIdentityPoolRoles", "GetOpenIdTokenForDeveloperIdentity",
        "GetPrincipalTagAttributeMap", "ListIdentities", "LookupDeveloperIdentity", "MergeDeveloperIdentities", "SetIdentityPoolRoles",
        "SetPrincipalTagAttributeMap", "UnlinkDeveloperIdentity", "UpdateIdentityPool",
    ];

    public static TheoryData<string> Operations => [.. OnPools];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_pool_is_not_found(string operation)
    {
        var foreign = await server.ForeignAsync();

        var answer = await server.Client.CallAsync(operation, new
        {
            IdentityPoolId = foreign.Pool,
            foreign.Identity,
            IdentityId = operation == "GetOpenIdTokenForDeveloperIdentity" ? null : foreign.Identity,
            IdentityPoolName = "mine now",
            AllowUnauthenticatedIdentities = true,
            IdentityProviderName = "graph.facebook.com",
            MaxResults = 1,
            Logins = new Dictionary<string, string> { [Developer] = "theirs" },
            Roles = new { },
            DeveloperProviderName = Developer,
            DeveloperUserIdentifier = "theirs",
            SourceUserIdentifier = "theirs",
            DestinationUserIdentifier = "theirs",
        });

        AssertRefused("ResourceNotFoundException", $"IdentityPool '{foreign.Pool}' not found.", answer);
    }

    [Fact]
    public async Task An_identity_is_not_found()
    {
        var foreign = await server.ForeignAsync();
        var pool = await server.DeveloperPoolAsync();

        AssertIdentityNotFound(foreign.Identity, await server.Client.CallAsync("DescribeIdentity", new { IdentityId = foreign.Identity }));
        AssertIdentityNotFound(foreign.Identity, await server.DeveloperTokenAsync(pool, "theirs", foreign.Identity));
        AssertIdentityNotFound(foreign.Identity, await server.UnlinkDeveloperAsync(pool, foreign.Identity, "theirs"));
    }

    [Theory]
    [InlineData("ListTagsForResource")]
    [InlineData("TagResource")]
    [InlineData("UntagResource")]
    public async Task Tags_are_not_found_by_either_accounts_arn(string operation)
    {
        var foreign = await server.ForeignAsync();

        foreach (var account in new[] { "999999999999", "000000000000" })
        {
            var answer = await server.Client.CallAsync(operation, new
            {
                ResourceArn = $"arn:aws:cognito-identity:us-east-1:{account}:identitypool/{foreign.Pool}",
                Tags = new { k = "v" },
                TagKeys = new[] { "k" },
            });
            Assert.Equal(
                ("ResourceNotFoundException", $"IdentityPool '{foreign.Pool}' not found."), (answer.Error, answer.Message));
        }
    }

    [Fact]
    public async Task Pools_are_not_listed()
    {
        var foreign = await server.ForeignAsync();

        string? token = null;
        do
        {
            var page = await server.Client.CallAsync("ListIdentityPools", new { MaxResults = 60, NextToken = token });
            Assert.DoesNotContain(foreign.Pool, page.Text, StringComparison.Ordinal);
            token = page.Body["NextToken"]?.GetValue<string>();
        }
        while (token is not null);
    }
}

internal static class ForeignPools
{
    public static async Task<ForeignPool> ForeignAsync(this ServerFixture server)
    {
        var foreign = new ForeignPool($"us-east-1:{Guid.NewGuid()}", $"us-east-1:{Guid.NewGuid()}");
        await server.Database.ScalarAsync($$"""
            insert into account (id, created_at) values ('999999999999', now()) on conflict do nothing;
            insert into identity_pool (id, account_id, name, allow_unauthenticated, developer_provider_name, supported_login_providers,
                cognito_identity_providers, open_id_connect_provider_arns, saml_provider_arns, version, created_at, modified_at)
            values ('{{foreign.Pool}}', '999999999999', 'theirs', true, '{{Developer}}', '{"graph.facebook.com":"1"}', '[]', '{}', '{}', 1, now(), now());
            insert into identity (id, pool_id, state, version, created_at, modified_at)
            values ('{{foreign.Identity}}', '{{foreign.Pool}}', 1, 1, now(), now());
            insert into login (pool_id, kind, provider, subject, identity_id, created_at)
            values ('{{foreign.Pool}}', 1, '{{Developer}}', 'theirs', '{{foreign.Identity}}', now());
            """);
        return foreign;
    }
}
