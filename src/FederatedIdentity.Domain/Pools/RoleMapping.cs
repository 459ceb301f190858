using System.Text.Json;
using FederatedIdentity.Domain.Logins;

namespace FederatedIdentity.Domain.Pools;

/// <summary>Where a role mapping takes its role from.</summary>
public enum RoleMappingType
{
    /// <summary>From <c>cognito:roles</c> and <c>cognito:preferred_role</c> of the token.</summary>
    Token,

    /// <summary>From the first rule that matches the token's claims.</summary>
    Rules,
}

/// <summary>What happens when a mapping does not come down to one role.</summary>
public enum AmbiguousRoleResolution
{
    AuthenticatedRole,
    Deny,
}

/// <summary>How a rule compares a claim with its value; the names are those of the API. Case matters.</summary>
public enum RuleMatch
{
    Equals,
    Contains,
    StartsWith,
    NotEqual,
}

/// <summary>One rule: a role for tokens whose claim matches.</summary>
public sealed record RoleRule(string Claim, RuleMatch Match, string Value, string RoleArn)
{
    /// <summary>
    /// A missing claim never matches, not even <see cref="RuleMatch.NotEqual"/>; nor does one that has no text, such as an object.
    /// Of an array one element must match, and for <see cref="RuleMatch.NotEqual"/> none may be equal.
    /// </summary>
    public bool Matches(LoginClaims claims) => ClaimText.Of(claims[Claim]) is { } texts && Match switch
    {
        RuleMatch.Equals => texts.Contains(Value, StringComparer.Ordinal),
        RuleMatch.NotEqual => !texts.Contains(Value, StringComparer.Ordinal),
        RuleMatch.Contains => texts.Any(text => text.Contains(Value, StringComparison.Ordinal)),
        RuleMatch.StartsWith => texts.Any(text => text.StartsWith(Value, StringComparison.Ordinal)),
        _ => false,
    };
}

/// <summary>
/// What a pool says about the roles of one provider's users. The rules are empty for <see cref="RoleMappingType.Token"/>.
/// </summary>
public sealed record RoleMapping(RoleMappingType Type, AmbiguousRoleResolution Ambiguous, IReadOnlyList<RoleRule> Rules)
{
    /// <summary>
    /// The role that these claims come down to, and those that their bearer may choose from. Whoever does not
    /// <paramref name="namesRoles"/> may write what he likes into the claims that name roles: they offer nothing.
    /// </summary>
    internal RoleOffer Offer(LoginClaims claims, bool namesRoles)
    {
        if (Type == RoleMappingType.Rules)
        {
            string[] matching = [.. Rules.Where(rule => rule.Matches(claims)).Select(rule => rule.RoleArn)];
            return new RoleOffer(matching.FirstOrDefault(), matching);
        }

        if (!namesRoles)
        {
            return new RoleOffer(null, []);
        }

        var roles = Roles(claims["cognito:roles"]).Distinct(StringComparer.Ordinal).ToArray();
        var preferred = Single(claims["cognito:preferred_role"]);
        return new RoleOffer(preferred ?? (roles is [var only] ? only : null), roles);
    }

    // Real tokens hold an array; the developer guide speaks of a comma-separated list. A role's name may itself hold a comma, so
    // the elements of an array are not split. An array that holds anything but strings was not made by a user pool: no roles.
    private static IEnumerable<string> Roles(JsonElement? claim) => claim switch
    {
        { ValueKind: JsonValueKind.String } =>
            (Single(claim) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        { ValueKind: JsonValueKind.Array } array when array.EnumerateArray().All(role => role.ValueKind == JsonValueKind.String) =>
            ClaimText.Of(array)!.Where(role => role.Length > 0),
        _ => [],
    };

    private static string? Single(JsonElement? claim) =>
        claim is { ValueKind: JsonValueKind.String } && ClaimText.Of(claim) is [{ Length: > 0 } text] ? text : null;
}

/// <summary>What one login offers: the role it comes down to, if any, and all that the caller may choose from.</summary>
internal readonly record struct RoleOffer(string? Role, IReadOnlyList<string> Choices);
