using System.Text.Json.Nodes;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.UnitTests.Providers;

public sealed class AppleProviderTests : ProviderConformance
{
    private const string App = "com.example.app";
    private const string AppleKey = "appleid.apple.com";

    private protected override ILoginProvider Provider => Rig.Apple;

    private protected override string LoginKey => AppleKey;

    private protected override string Issuer => "https://appleid.apple.com";

    private protected override string ClientId => App;

    private protected override Pool Pool { get; } = ProviderRig.PoolOf(new Dictionary<string, string> { [AppleKey] = App });

    private protected override IEnumerable<Pool> PoolsWithoutClientId =>
    [
        ProviderRig.PoolOf(),
        ProviderRig.PoolOf(new Dictionary<string, string> { [AppleKey] = "" }),
        ProviderRig.PoolOf(oidc: [new OpenIdConnectProvider("arn:aws:iam::1:oidc-provider/appleid.apple.com", Issuer, [])]),
    ];

    private protected override string ExpectedAmr => $"{AppleKey}:{App}:user-1";

    [Theory]
    [InlineData("com.example.app2")]
    [InlineData("com.example")]
    [InlineData("com.example.other")]
    public async Task P30_another_app_of_the_same_team_is_another_app(string app)
    {
        Refused(LoginSentences.UnsupportedProvider, await VerifyAsync(Key.Token(Claims(claims => claims["aud"] = app))));
        Assert.Equal(0, Rig.Stub.Requests);
    }

    [Theory]
    [InlineData("true", "false")]
    [InlineData("\"true\"", "\"false\"")]
    public async Task P31_a_rule_sees_one_value_whether_Apple_writes_a_boolean_or_its_name(string verified, string isPrivate)
    {
        var verdict = await VerifyAsync(Key.Token(Claims(claims =>
            (claims["email_verified"], claims["is_private_email"]) = (JsonNode.Parse(verified), JsonNode.Parse(isPrivate)))));
        var login = Assert.IsType<LoginVerdict.Verified>(verdict).Claims;

        Assert.Equal("verified", RoleOf(login, new("email_verified", RuleMatch.Equals, "true", "verified")));
        Assert.Equal("own address", RoleOf(login, new("is_private_email", RuleMatch.Equals, "false", "own address")));
        Assert.Null(RoleOf(login, new("email_verified", RuleMatch.NotEqual, "true", "unverified")));
        var tags = new Dictionary<string, string> { ["verified"] = "email_verified" };
        Assert.Equal("true", PrincipalTags.From(login, tags, useDefaults: false)["verified"]);
    }

    [Fact]
    public async Task P32_a_notification_between_servers_is_no_login()
    {
        var events = """{"type":"consent-revoked","sub":"user-1","event_time":1508184845}""";

        Refused(LoginSentences.Invalid, await VerifyAsync(Key.Token(Claims(claims => claims["events"] = events))));
        Refused(LoginSentences.Invalid, await VerifyAsync(Key.Token(Claims(claims => claims["events"] = JsonNode.Parse(events)))));
        Assert.Equal(0, Rig.Stub.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task P33_ES256_is_not_Apples_signature_whoever_signed(bool published)
    {
        if (published)
        {
            Rig.Stub.Published = [Key.Jwk(), MintKey.Ec().Jwk()];
        }

        Refused(LoginSentences.Unverified, await VerifyAsync(MintKey.Ec().Token(Claims())));
        Assert.Equal(0, Rig.Stub.Requests);
    }

    [Theory]
    [InlineData("https://appleid.apple.com.evil.example/auth/keys")]
    [InlineData("https://keys.example.com/auth/keys")]
    [InlineData("https://www.googleapis.com/oauth2/v3/certs")]
    public async Task K09_keys_of_another_host_than_Apples_are_not_fetched(string url)
    {
        Rig.Stub.KeysUrl = url;

        Assert.IsType<LoginVerdict.Unreachable>(await VerifyAsync(Key.Token(Claims())));
        Assert.Equal(0, Rig.Stub.KeyRequests);
    }

    [Fact]
    public async Task Every_key_of_Apples_set_is_looked_at_and_not_just_the_first()
    {
        Rig.Stub.Published = [MintKey.OtherRsa("first").Jwk(), MintKey.OtherRsa("second").Jwk(), Key.Jwk()];

        Accepted(await VerifyAsync(Key.Token(Claims())));
    }

    [Fact]
    public async Task Several_client_ids_come_from_an_IAM_provider_for_Apple()
    {
        var registered = new OpenIdConnectProvider("arn:aws:iam::1:oidc-provider/appleid.apple.com", Issuer, ["com.example.web", App]);
        var pool = ProviderRig.PoolOf(oidc: [registered]);

        foreach (var audience in registered.ClientIds)
        {
            var token = Key.Token(Claims(claims => claims["aud"] = audience));
            Accepted(await Rig.Apple.VerifyAsync(LoginKey, new(token), pool, default));
        }
    }

    [Theory]
    [InlineData("appleid.apple.com", true)]
    [InlineData("Appleid.apple.com", false)]
    [InlineData("appleid.apple.com/", false)]
    [InlineData("https://appleid.apple.com", false)]
    public void P48_the_key_is_compared_to_the_letter(string key, bool serves) => Assert.Equal(serves, Rig.Apple.Serves(key, Pool));

    private static string? RoleOf(LoginClaims claims, RoleRule rule) =>
        new RoleMapping(RoleMappingType.Rules, AmbiguousRoleResolution.Deny, [rule]).Offer(claims, namesRoles: false).Role;
}
