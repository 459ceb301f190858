using System.Text;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.UnitTests.Pools;

/// <summary>How a rule compares a claim, and which roles a mapping offers.</summary>
public sealed class RoleMappingTests
{
    [Theory]
    [InlineData("""{"c":"v"}""", RuleMatch.Equals, "v", true)]
    [InlineData("""{"c":"v"}""", RuleMatch.Equals, "V", false)] // Case matters.
    [InlineData("""{"c":"vv"}""", RuleMatch.Equals, "v", false)]
    [InlineData("""{"C":"v"}""", RuleMatch.Equals, "v", false)] // In the claim's name, too.
    [InlineData("""{"c":"w"}""", RuleMatch.NotEqual, "v", true)]
    [InlineData("""{"c":"v"}""", RuleMatch.NotEqual, "v", false)]
    [InlineData("""{"c":"uvw"}""", RuleMatch.Contains, "v", true)]
    [InlineData("""{"c":"uw"}""", RuleMatch.Contains, "v", false)]
    [InlineData("""{"c":"vw"}""", RuleMatch.StartsWith, "v", true)]
    [InlineData("""{"c":"uv"}""", RuleMatch.StartsWith, "v", false)]
    [InlineData("""{"c":"\u00e9"}""", RuleMatch.StartsWith, "e", false)] // Ordinal: no culture has a say.
    [InlineData("{}", RuleMatch.Equals, "v", false)] // A missing claim never matches.
    [InlineData("{}", RuleMatch.NotEqual, "v", false)]
    [InlineData("{}", RuleMatch.Contains, "v", false)]
    [InlineData("{}", RuleMatch.StartsWith, "v", false)]
    [InlineData("""{"c":null}""", RuleMatch.NotEqual, "v", false)]
    [InlineData("""{"c":{"v":"v"}}""", RuleMatch.NotEqual, "v", false)] // An object has no text.
    [InlineData("""{"c":{"v":"v"}}""", RuleMatch.Contains, "v", false)]
    [InlineData("""{"c":["u","v"]}""", RuleMatch.Equals, "v", true)] // Arrays: any element,
    [InlineData("""{"c":["u","w"]}""", RuleMatch.Equals, "v", false)]
    [InlineData("""{"c":["u","v"]}""", RuleMatch.NotEqual, "v", false)] // none equal.
    [InlineData("""{"c":["u","w"]}""", RuleMatch.NotEqual, "v", true)]
    [InlineData("""{"c":[]}""", RuleMatch.NotEqual, "v", true)]
    [InlineData("""{"c":["u","xvx"]}""", RuleMatch.Contains, "v", true)]
    [InlineData("""{"c":["a","b"]}""", RuleMatch.Contains, "a\",\"b", false)] // Not the array's JSON text.
    [InlineData("""{"c":["u","vw"]}""", RuleMatch.StartsWith, "v", true)]
    [InlineData("""{"c":[["v"]]}""", RuleMatch.Equals, "v", false)]
    [InlineData("""{"c":42}""", RuleMatch.Equals, "42", true)] // Numbers and booleans: their JSON text.
    [InlineData("""{"c":42.0}""", RuleMatch.Equals, "42", false)]
    [InlineData("""{"c":4e1}""", RuleMatch.Equals, "4e1", true)]
    [InlineData("""{"c":true}""", RuleMatch.Equals, "true", true)]
    [InlineData("""{"c":true}""", RuleMatch.Equals, "True", false)]
    [InlineData("""{"c":false}""", RuleMatch.NotEqual, "true", true)]
    [InlineData("""{"c":[7,true]}""", RuleMatch.Equals, "7", true)]
    [InlineData("""{"c":"\ud800"}""", RuleMatch.NotEqual, "v", false)] // Half a surrogate pair is no text.
    [InlineData("""{"\ud800":1,"c":"v"}""", RuleMatch.Equals, "v", true)]
    [InlineData("""{"c":"v","\ud800":1}""", RuleMatch.Equals, "v", true)]
    [InlineData("""{"\ud800":1}""", RuleMatch.NotEqual, "v", false)]
    [InlineData("""{"c":"v"}""", (RuleMatch)99, "v", false)]
    public void A_rule_matches(string claims, RuleMatch match, string value, bool expected) =>
        Assert.Equal(expected, new RoleRule("c", match, value, "role").Matches(Claims(claims)));

    [Theory]
    [InlineData("""{"cognito:preferred_role":"p","cognito:roles":["a","p"]}""", "p", "a p")]
    [InlineData("""{"cognito:preferred_role":"p"}""", "p", "")]
    [InlineData("""{"cognito:roles":["a"]}""", "a", "a")]
    [InlineData("""{"cognito:roles":["a","a"]}""", "a", "a")]
    [InlineData("""{"cognito:roles":["a","b"]}""", null, "a b")]
    [InlineData("""{"cognito:roles":"a, b,"}""", null, "a b")]
    [InlineData("""{"cognito:roles":"a"}""", "a", "a")]
    [InlineData("""{"cognito:roles":["a,b"]}""", "a,b", "a,b")] // A role's name may hold a comma.
    [InlineData("""{"cognito:roles":[]}""", null, "")]
    [InlineData("""{"cognito:roles":{"a":"a"}}""", null, "")]
    [InlineData("""{"cognito:preferred_role":"","cognito:roles":["a","b"]}""", null, "a b")]
    [InlineData("""{"cognito:preferred_role":["p"],"cognito:roles":["a","b"]}""", null, "a b")]
    [InlineData("{}", null, "")]
    [InlineData("""{"cognito:roles":["a",7]}""", null, "")] // No user pool writes such: none of it counts.
    [InlineData("""{"cognito:roles":["a",null]}""", null, "")]
    [InlineData("""{"cognito:roles":[["a"]]}""", null, "")]
    [InlineData("""{"cognito:roles":[""]}""", null, "")]
    [InlineData("""{"cognito:roles":7}""", null, "")]
    [InlineData("""{"cognito:roles":true,"cognito:preferred_role":7}""", null, "")]
    [InlineData("""{"cognito:preferred_role":"p","cognito:roles":["a","b"]}""", "p", "a b")] // Goes by itself, but nobody can ask for it.
    public void P37_a_token_mapping_offers(string claims, string? role, string choices)
    {
        var offer = new RoleMapping(RoleMappingType.Token, AmbiguousRoleResolution.Deny, []).Offer(Claims(claims), namesRoles: true);

        Assert.Equal(role, offer.Role);
        Assert.Equal(choices, string.Join(' ', offer.Choices));
    }

    [Theory]
    [InlineData("""{"cognito:preferred_role":"p","cognito:roles":["p"]}""")]
    [InlineData("""{"cognito:roles":["a"]}""")]
    [InlineData("""{"cognito:roles":"a"}""")]
    public void C20_claims_that_name_roles_mean_nothing_from_anybody_but_a_user_pool(string claims)
    {
        var offer = new RoleMapping(RoleMappingType.Token, AmbiguousRoleResolution.Deny, []).Offer(Claims(claims), namesRoles: false);

        Assert.Null(offer.Role);
        Assert.Empty(offer.Choices);
    }

    [Theory]
    [InlineData("custom:role", "role", false)]
    [InlineData("role", "custom:role", false)]
    [InlineData("custom:role", "custom:role", true)]
    [InlineData("custom:role", "Custom:role", false)]
    [InlineData("dev:custom:role", "custom:role", false)]
    [InlineData("custom:cognito:roles", "cognito:roles", false)]
    public void P38_a_custom_attribute_is_not_the_claim_of_its_bare_name(string claim, string rule, bool matches) =>
        Assert.Equal(matches, new RoleRule(rule, RuleMatch.Equals, "admin", "role").Matches(Claims($$"""{"{{claim}}":"admin"}""")));

    [Theory]
    [InlineData("""{"x":"1"}""", "first", "first third")] // The first match wins; every match may be chosen.
    [InlineData("""{"x":"2"}""", "second", "second third")]
    [InlineData("""{"x":"3"}""", "third", "third")]
    [InlineData("""{"y":"1"}""", null, "")]
    public void A_rules_mapping_offers(string claims, string? role, string choices)
    {
        RoleRule[] rules =
        [
            new("x", RuleMatch.Equals, "1", "first"), new("x", RuleMatch.Equals, "2", "second"), new("x", RuleMatch.NotEqual, "0", "third"),
        ];

        var offer = new RoleMapping(RoleMappingType.Rules, AmbiguousRoleResolution.Deny, rules).Offer(Claims(claims), namesRoles: false);

        Assert.Equal(role, offer.Role);
        Assert.Equal(choices, string.Join(' ', offer.Choices));
    }

    private static LoginClaims Claims(string json) => new(Encoding.UTF8.GetBytes(json));
}
