using System.Text;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.UnitTests.Pools;

/// <summary>The decision procedure for roles, one row for each sentence of it.</summary>
/// <remarks>
/// A login is written "kind arguments": "plain" has no mapping, "saml" asserts roles, "deny" and "default" are Token mappings by what
/// they do when ambiguous, with the roles of a user pool's token, "foreign-" the same of a token that no user pool made, and
/// "rules-deny" and "rules-default" are Rules mappings whose rules match for the roles named. The n-th login has the key "login-n".
/// </remarks>
public sealed class RoleChoiceTests
{
    [Theory]
    [InlineData("", null, "role unauth")] // Step 3: a guest
    [InlineData("", "x", "role unauth")] // Asking has no meaning for a guest.
    [InlineData("plain", null, "role auth")] // Step 4: no mapping
    [InlineData("plain", "auth", "role auth")]
    [InlineData("plain", "x", "forbidden x")]
    [InlineData("plain", "unauth", "forbidden unauth")]
    [InlineData("saml a", null, "role a")]
    [InlineData("saml a", "a", "role a")]
    [InlineData("saml a", "auth", "forbidden auth")]
    [InlineData("saml a b", "b", "role b")]
    [InlineData("saml a b", "c", "forbidden c")]
    [InlineData("saml a b", null, "ambiguous login-1")]
    [InlineData("saml", null, "role auth")]
    [InlineData("deny a b", "b", "role b")] // Type Token
    [InlineData("deny a b", "c", "forbidden c")]
    [InlineData("default a b", "c", "forbidden c")]
    [InlineData("default a b", "auth", "forbidden auth")]
    [InlineData("deny a", null, "role a")]
    [InlineData("deny a b", null, "ambiguous login-1")]
    [InlineData("deny", null, "ambiguous login-1")]
    [InlineData("default a b", null, "role auth")]
    [InlineData("default", null, "role auth")]
    [InlineData("rules-deny a b", null, "role a")] // Type Rules: the first match wins
    [InlineData("rules-deny a b", "b", "role b")]
    [InlineData("rules-deny a b", "c", "forbidden c")]
    [InlineData("rules-default a", "auth", "forbidden auth")]
    [InlineData("rules-deny", null, "ambiguous login-1")] // Step 5
    [InlineData("rules-deny", "a", "forbidden a")]
    [InlineData("rules-default", null, "role auth")]
    [InlineData("foreign-deny a", null, "ambiguous login-1")] // C20: a provider that is no user pool names no roles
    [InlineData("foreign-deny a", "a", "forbidden a")]
    [InlineData("foreign-default a", null, "role auth")]
    [InlineData("foreign-default a", "a", "forbidden a")]
    [InlineData("foreign-deny a;deny b", null, "role b")]
    [InlineData("deny a;deny b", null, "role a")] // Several logins: the first mapping that yields a role
    [InlineData("deny a b;deny c", null, "role c")]
    [InlineData("default;rules-deny c", null, "role c")]
    [InlineData("default;rules-deny", null, "ambiguous login-2")] // All ambiguous: Deny beats AuthenticatedRole
    [InlineData("rules-deny;deny", null, "ambiguous login-1")]
    [InlineData("default;default", null, "role auth")]
    [InlineData("deny a;deny b c", "c", "role c")] // Any login may entitle to what was asked for
    [InlineData("plain;deny a", null, "role a")] // A login without a mapping counts only alone
    [InlineData("plain;deny a", "auth", "forbidden auth")]
    [InlineData("plain;deny", null, "ambiguous login-2")]
    [InlineData("plain;plain", null, "role auth")]
    [InlineData("plain;saml a", null, "role a")]
    public void C20_P37_roles_are_chosen(string logins, string? asked, string expected) =>
        Assert.Equal(expected, Choose(logins, new DefaultRoles("auth", "unauth"), asked));

    [Theory]
    [InlineData("", null, "not configured")]
    [InlineData("plain", null, "not configured")]
    [InlineData("plain", "x", "forbidden x")]
    [InlineData("default", null, "not configured")]
    [InlineData("deny", null, "ambiguous login-1")]
    [InlineData("deny a", null, "role a")]
    [InlineData("saml a", null, "role a")] // No default role is needed with SAML.
    public void Without_default_roles(string logins, string? asked, string expected) =>
        Assert.Equal(expected, Choose(logins, new DefaultRoles(null, null), asked));

    private static string Choose(string logins, DefaultRoles defaults, string? asked)
    {
        var candidates = logins.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(Parse).ToArray();
        return RoleChoice.Choose(candidates, defaults, asked) switch
        {
            RoleChoice.Role role => $"role {role.Arn}",
            RoleChoice.NotConfigured => "not configured",
            RoleChoice.Forbidden forbidden => $"forbidden {forbidden.Arn}",
            RoleChoice.Ambiguous ambiguous => $"ambiguous {ambiguous.LoginKey}",
            var other => throw new InvalidOperationException($"{other}"),
        };
    }

    private static RoleCandidate Parse(string text, int index)
    {
        var (kind, roles) = (text.Split(' ')[0], text.Split(' ')[1..]);
        var type = kind.StartsWith("rules", StringComparison.Ordinal) ? RoleMappingType.Rules : RoleMappingType.Token;
        var ambiguous = kind.EndsWith("deny", StringComparison.Ordinal)
            ? AmbiguousRoleResolution.Deny
            : AmbiguousRoleResolution.AuthenticatedRole;
        RoleRule[] rules = type == RoleMappingType.Token ? [] :
        [
            new RoleRule("sub", RuleMatch.Equals, "somebody else", "wrong"),
            .. roles.Select(role => new RoleRule("sub", RuleMatch.Equals, "1", role)),
        ];
        var claims = $$"""{"sub":"1","cognito:roles":[{{string.Join(',', roles.Select(role => $"\"{role}\""))}}]}""";
        return new RoleCandidate(
            $"login-{index + 1}",
            new LoginClaims(Encoding.UTF8.GetBytes(claims)),
            kind is "plain" or "saml" ? null : new RoleMapping(type, ambiguous, rules),
            kind == "saml" ? roles : [])
        {
            NamesRoles = kind is "deny" or "default",
        };
    }
}
