using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class UpdateIdentityPoolTests(ServerFixture server)
{
    [Fact]
    public async Task It_replaces_everything_but_tags_and_the_developer_provider()
    {
        var pool = await server.PoolAsync(new
        {
            AllowClassicFlow = true,
            SupportedLoginProviders = new Dictionary<string, string> { ["graph.facebook.com"] = "1" },
            DeveloperProviderName = "login.mine",
            SamlProviderARNs = new[] { "arn:aws:iam::000000000000:saml-provider/Corp" },
            IdentityPoolTags = new { team = "core" },
        });

        var updated = await UpdateAsync(pool, new { IdentityPoolName = "renamed", AllowUnauthenticatedIdentities = true });

        Assert.True(
            JsonNode.DeepEquals(
                new JsonObject
                {
                    ["IdentityPoolId"] = pool,
                    ["IdentityPoolName"] = "renamed",
                    ["AllowUnauthenticatedIdentities"] = true,
                    ["DeveloperProviderName"] = "login.mine",
                    ["IdentityPoolTags"] = new JsonObject { ["team"] = "core" },
                },
                updated.Body),
            updated.Text);
    }

    [Fact]
    public async Task Every_member_is_stored_and_comes_back()
    {
        var pool = await server.PoolAsync(new { });
        var settings = new
        {
            IdentityPoolName = "all of it",
            AllowUnauthenticatedIdentities = true,
            AllowClassicFlow = true,
            SupportedLoginProviders = new Dictionary<string, string> { ["graph.facebook.com"] = "1" },
            DeveloperProviderName = "login.mine",
            OpenIdConnectProviderARNs = new[] { server.Oidc.Arn },
            CognitoIdentityProviders = new[]
            {
                new { ProviderName = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC", ClientId = "web", ServerSideTokenCheck = true },
            },
            SamlProviderARNs = new[] { "arn:aws:iam::000000000000:saml-provider/Corp" },
            IdentityPoolTags = new { team = "core" },
        };

        var updated = await UpdateAsync(pool, settings);

        var expected = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(settings))!.AsObject();
        expected["IdentityPoolId"] = pool;
        Assert.True(JsonNode.DeepEquals(expected, updated.Body), updated.Text);
        var described = await server.Client.CallAsync("DescribeIdentityPool", new { IdentityPoolId = pool });
        Assert.True(JsonNode.DeepEquals(expected, described.Body), described.Text);
    }

    [Fact]
    public async Task It_refuses_what_creating_refuses()
    {
        var pool = await server.PoolAsync(new { });
        const string Foreign = "arn:aws:iam::123456789012:saml-provider/Corp";

        var refused = await UpdateAsync(
            pool, new { IdentityPoolName = "p", AllowUnauthenticatedIdentities = true, SamlProviderARNs = new[] { Foreign } });

        WireCalls.AssertRefused(
            "NotAuthorizedException", $"Identity provider {Foreign} is not valid for account 000000000000", refused);
    }

    [Theory]
    [InlineData("UpdateIdentityPool", 50, "")]
    [InlineData("UpdateIdentityPool", 51, "LimitExceededException")]
    [InlineData("CreateIdentityPool", 50, "")]
    [InlineData("CreateIdentityPool", 51, "LimitExceededException")]
    public async Task A_pool_has_at_most_fifty_user_pool_clients(string operation, int count, string error)
    {
        var answer = await server.Client.CallAsync(operation, new
        {
            IdentityPoolId = await server.PoolAsync(new { }),
            IdentityPoolName = "p",
            AllowUnauthenticatedIdentities = true,
            CognitoIdentityProviders = Enumerable.Range(0, count).Select(number =>
                new { ProviderName = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC", ClientId = $"client{number}" }),
        });

        Assert.Equal(error, answer.Error);
        if (error.Length > 0)
        {
            Assert.Equal("A maximum of 50 Cognito identity providers is allowed per identity pool.", answer.Message);
        }
    }

    [Fact]
    public async Task Tags_that_are_given_replace_those_before()
    {
        var pool = await server.PoolAsync(new { IdentityPoolTags = new { a = "1", b = "2" } });

        var updated = await UpdateAsync(
            pool, new { IdentityPoolName = "p", AllowUnauthenticatedIdentities = true, IdentityPoolTags = new { b = "3", c = "4" } });

        Assert.Equal("""{"b":"3","c":"4"}""", updated.Body["IdentityPoolTags"]!.ToJsonString());
    }

    [Fact]
    public async Task A_developer_provider_name_can_be_set_later_and_then_never_changed()
    {
        var pool = await server.PoolAsync(new { });
        var settings = new { IdentityPoolName = "p", AllowUnauthenticatedIdentities = true, DeveloperProviderName = "login.mine" };

        Assert.Equal("login.mine", (await UpdateAsync(pool, settings))["DeveloperProviderName"]);
        var refused = await UpdateAsync(pool, settings with { DeveloperProviderName = "login.other" });
        Assert.Equal(("InvalidParameterException", "Developer provider name cannot be changed."), (refused.Error, refused.Message));
    }

    [Fact]
    public async Task An_unknown_pool_is_not_found() => Assert.Equal(
        "ResourceNotFoundException",
        (await UpdateAsync("us-east-1:0a", new { IdentityPoolName = "p", AllowUnauthenticatedIdentities = true })).Error);

    [Fact]
    public async Task Of_updates_at_the_same_time_each_happens_whole_or_is_told_so()
    {
        var pool = await server.PoolAsync(new { });
        var lost = new List<WireAnswer>();
        for (var round = 0; round < 20 && lost.Count == 0; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => $"n{number}").Select(name => UpdateAsync(
                pool, new { IdentityPoolName = name, AllowUnauthenticatedIdentities = true, IdentityPoolTags = new { number = name } })));
            Assert.Contains(answers, answer => answer.Ok);
            lost.AddRange(answers.Where(answer => !answer.Ok));
        }

        Assert.NotEmpty(lost);
        Assert.All(lost, answer => Assert.Equal(
            ("ConcurrentModificationException", "Only one request to update resource type Identity Pool can be processed at a time"),
            (answer.Error, answer.Message)));
        var final = await server.Client.CallAsync("DescribeIdentityPool", new { IdentityPoolId = pool });
        Assert.Equal(final["IdentityPoolName"], final.Body["IdentityPoolTags"]!["number"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_it_changes_is_honoured_by_the_next_login_call()
    {
        var pool = await server.PoolAsync(new { AllowUnauthenticatedIdentities = true });
        Assert.True((await server.Client.CallAsync("GetId", new { IdentityPoolId = pool })).Ok);

        await UpdateAsync(pool, new { IdentityPoolName = "p", AllowUnauthenticatedIdentities = false });

        Assert.Equal("NotAuthorizedException", (await server.Client.CallAsync("GetId", new { IdentityPoolId = pool })).Error);
    }

    private Task<WireAnswer> UpdateAsync(string pool, object settings)
    {
        var input = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(settings))!.AsObject();
        input["IdentityPoolId"] = pool;
        return server.Client.CallAsync("UpdateIdentityPool", input);
    }
}
