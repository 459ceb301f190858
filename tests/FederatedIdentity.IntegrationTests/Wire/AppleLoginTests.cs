using System.Text.Json.Nodes;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(IdTokenServerTests))]
public sealed class AppleLoginTests(IdTokenServer server)
{
    private const string Key = "appleid.apple.com";
    private const string App = "com.example.app";

    [Fact]
    public async Task A_user_of_Apple_is_one_identity_and_our_token_says_who_vouched()
    {
        var pool = await PoolAsync();
        var token = server.Apple.Token("001968.a6ca34e9.0733", App);
        var id = await server.IdAsync(pool, Key, token);

        var answer = await server.GetTokenAsync(id, Key, server.Apple.Token("001968.a6ca34e9.0733", App));

        Assert.Equal(id, answer["IdentityId"]);
        Assert.Equal(
            ["authenticated", Key, $"{Key}:{App}:001968.a6ca34e9.0733"],
            Claims(answer["Token"])["amr"]!.AsArray().Select(entry => entry!.GetValue<string>()));
        Assert.NotEqual(id, await server.IdAsync(pool, Key, server.Apple.Token("001968.A6CA34E9.0733", App)));
        Assert.DoesNotContain(token.Split('.')[2], server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task P30_a_token_for_another_app_of_the_team_opens_nothing()
    {
        var answer = await server.GetIdAsync(await PoolAsync(), Key, server.Apple.Token("user", "com.example.other"));

        AssertRefused("NotAuthorizedException", "Token is not from a supported provider of this identity pool.", answer);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("\"true\"")]
    public async Task P31_a_rule_on_email_verified_holds_however_Apple_writes_it(string verified)
    {
        var pool = await PoolAsync();
        var rule = new { Claim = "email_verified", MatchType = "Equals", Value = "true", RoleARN = AnyRole };
        await server.SetRolesAsync(pool, Key, new
        {
            Type = "Rules",
            AmbiguousRoleResolution = "Deny",
            RulesConfiguration = new { Rules = new[] { rule } },
        });

        var matching = server.Apple.Token("rules", App, claims => claims["email_verified"] = JsonNode.Parse(verified));
        var id = await server.IdAsync(pool, Key, matching);
        AssertRefused(
            "NotAuthorizedException",
            $"The ambiguous role mapping rules for: {Key} denied this request.",
            await server.GetCredentialsAsync(id, Key, server.Apple.Token("rules", App)));
        Assert.NotEqual("NotAuthorizedException", (await server.GetCredentialsAsync(id, Key, matching)).Error);
    }

    [Fact]
    public async Task P32_a_notification_between_servers_is_refused()
    {
        var token = server.Apple.Token("user", App, claims => claims["events"] = """{"type":"account-delete","sub":"user"}""");

        AssertRefused("NotAuthorizedException", "Invalid login token.", await server.GetIdAsync(await PoolAsync(), Key, token));
    }

    private Task<string> PoolAsync() =>
        server.PoolAsync(new { SupportedLoginProviders = new Dictionary<string, string> { [Key] = App } });
}
