using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class CreateIdentityPoolTests(ServerFixture server)
{
    private const string NoAmazonApp =
        "The value of www.amazon.com must be a client id (amzn1.application-oa2-client.*) or an app id (amzn1.application.*).";

    [Fact]
    public async Task The_least_that_is_needed_gives_a_pool_with_defaults()
    {
        var answer = await server.Client.CallAsync("CreateIdentityPool", """{"IdentityPoolName":"p","AllowUnauthenticatedIdentities":false}""");

        Assert.Equal(200, answer.Status);
        Assert.Matches(@"\Aus-east-1:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\z", answer["IdentityPoolId"]);
        var rest = answer.Body.AsObject();
        rest.Remove("IdentityPoolId");
        Assert.Equal("""{"IdentityPoolName":"p","AllowUnauthenticatedIdentities":false,"IdentityPoolTags":{}}""", rest.ToJsonString());
    }

    [Fact]
    public async Task Every_member_is_stored_and_comes_back()
    {
        var input = JsonNode.Parse("""
            {
              "IdentityPoolName": "All of it, =+@.-_ 1",
              "AllowUnauthenticatedIdentities": true,
              "AllowClassicFlow": false,
              "SupportedLoginProviders": {"graph.facebook.com": "7346241598935552", "api.twitter.com": "key;secret"},
              "DeveloperProviderName": "login.my-company_1",
              "OpenIdConnectProviderARNs": ["arn:aws:iam::000000000000:oidc-provider/login.example.com/tenant"],
              "CognitoIdentityProviders": [
                {"ProviderName": "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123", "ClientId": "web", "ServerSideTokenCheck": true},
                {"ProviderName": "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123", "ClientId": "native", "ServerSideTokenCheck": false}
              ],
              "SamlProviderARNs": ["arn:aws:iam::000000000000:saml-provider/Corp"],
              "IdentityPoolTags": {"team": "core", "empty": ""}
            }
            """)!.AsObject();

        var created = await server.Client.CallAsync("CreateIdentityPool", input);
        var described = await server.Client.CallAsync("DescribeIdentityPool", new { IdentityPoolId = created["IdentityPoolId"] });

        input["IdentityPoolId"] = created["IdentityPoolId"];
        Assert.True(JsonNode.DeepEquals(input, created.Body), created.Text);
        Assert.True(JsonNode.DeepEquals(input, described.Body), described.Text);
    }

    [Theory]
    [InlineData("""{"SupportedLoginProviders":{"facebook":"1"}}""", "InvalidParameterException", "facebook is not a supported login provider.")]
    [InlineData("""{"SupportedLoginProviders":{"graph.facebook.com":"my;app"}}""", "InvalidParameterException", "The value of graph.facebook.com must be one app id.")]
    [InlineData("""{"SupportedLoginProviders":{"www.amazon.com":"1"}}""", "InvalidParameterException", NoAmazonApp)]
    [InlineData("""{"SupportedLoginProviders":{"www.amazon.com":"amzn1.application."}}""", "InvalidParameterException", NoAmazonApp)]
    [InlineData("""{"SupportedLoginProviders":{"www.amazon.com":"amzn1.application-oa2-client."}}""", "InvalidParameterException", NoAmazonApp)]
    [InlineData("""{"SupportedLoginProviders":{"www.amazon.com":"amzn1.account.AF5W6J2"}}""", "InvalidParameterException", NoAmazonApp)]
    [InlineData("""{"DeveloperProviderName":"graph.facebook.com"}""", "InvalidParameterException", "graph.facebook.com is the name of a public provider.")]
    [InlineData("""{"DeveloperProviderName":"authenticated"}""", "InvalidParameterException", "authenticated is the name of a public provider.")]
    [InlineData("""{"DeveloperProviderName":"cognito-identity.amazonaws.com"}""", "InvalidParameterException", "cognito-identity.amazonaws.com is the name of a public provider.")]
    [InlineData("""{"DeveloperProviderName":"login.example.com","OpenIdConnectProviderARNs":["arn:aws:iam::000000000000:oidc-provider/login.example.com"]}""", "InvalidParameterException", "login.example.com is the name of a public provider.")]
    [InlineData("""{"CognitoIdentityProviders":[{"ClientId":"abc"}]}""", "InvalidParameterException", "Invalid Cognito Identity Provider")]
    [InlineData("""{"CognitoIdentityProviders":[{"ProviderName":"example.com/pool","ClientId":"abc"}]}""", "InvalidParameterException", "Invalid Cognito Identity Provider")]
    [InlineData("""{"SamlProviderARNs":["arn:aws:iam::000000000000:role/not-saml"]}""", "NotAuthorizedException", "Identity provider arn:aws:iam::000000000000:role/not-saml is not valid for account 000000000000")]
    [InlineData("""{"OpenIdConnectProviderARNs":["arn:aws:iam::123456789012:oidc-provider/example.com"]}""", "NotAuthorizedException", "Identity provider arn:aws:iam::123456789012:oidc-provider/example.com is not valid for account 000000000000")]
    [InlineData("""{"IdentityPoolTags":{"aws:reserved":"x"}}""", "InvalidParameterException", "Tag keys that start with aws: are reserved for system use.")]
    [InlineData("""{"IdentityPoolTags":{"k":"<"}}""", "InvalidParameterException", "Tags may hold letters, digits, spaces and _ . : / = + - @ only.")]
    public async Task What_the_model_allows_but_makes_no_sense_is_refused(string members, string type, string message)
    {
        var input = JsonNode.Parse(members)!.AsObject();
        input["IdentityPoolName"] = "p";
        input["AllowUnauthenticatedIdentities"] = true;

        var answer = await server.Client.CallAsync("CreateIdentityPool", input);

        Assert.Equal((400, type, message), (answer.Status, answer.Error, answer.Message));
    }

    [Theory]
    [InlineData(50, 200)]
    [InlineData(51, 400)]
    public async Task A_pool_has_at_most_fifty_tags(int count, int status)
    {
        var tags = Enumerable.Range(0, count).ToDictionary(number => $"k{number}", _ => "v");

        var answer = await server.Client.CallAsync(
            "CreateIdentityPool", new { IdentityPoolName = "p", AllowUnauthenticatedIdentities = true, IdentityPoolTags = tags });

        Assert.Equal(status, answer.Status);
    }
}
