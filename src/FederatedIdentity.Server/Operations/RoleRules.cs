using System.Text.RegularExpressions;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres.Tables;

namespace FederatedIdentity.Server.Operations;

/// <summary>What SetIdentityPoolRoles demands of roles and mappings beyond the model's constraints.</summary>
internal static partial class RoleRules
{
    /// <summary>AWS quota: rules of one provider; the model itself would allow 400.</summary>
    private const int MaxRules = 25;

    /// <summary>Null when all may be stored for <paramref name="pool"/>.</summary>
    public static ApiError? Objection(
        IReadOnlyDictionary<string, string?> roles,
        IReadOnlyDictionary<string, RoleMappingShape?>? mappings,
        IdentityPoolRow pool,
        DeploymentOptions deployment)
    {
        if (roles.Values.FirstOrDefault(role => !IsRole(role!, pool.AccountId, deployment)) is { } forbidden)
        {
            return Forbidden(forbidden);
        }

        foreach (var (key, mapping) in mappings ?? new Dictionary<string, RoleMappingShape?>())
        {
            if (!ProviderNames.OfRoleMappings(pool).Contains(key))
            {
                return ApiError.InvalidParameter($"({key}) is not a valid RoleMapping ProviderName or is not a configured provider.");
            }

            if (Objection(mapping!) is { } objection)
            {
                return objection;
            }

            if (mapping!.RulesConfiguration?.Rules?.Find(rule => !IsRole(rule!.RoleARN!, pool.AccountId, deployment)) is { } rule)
            {
                return Forbidden(rule.RoleARN!);
            }
        }

        return null;
    }

    /// <summary>Every role that a pool could hand out.</summary>
    public static IEnumerable<string> RolesOf(
        IReadOnlyDictionary<string, string?> roles, IReadOnlyDictionary<string, RoleMappingShape?>? mappings) =>
        roles.Values
            .Concat((mappings ?? new Dictionary<string, RoleMappingShape?>()).Values
                .SelectMany(mapping => mapping!.RulesConfiguration?.Rules ?? []).Select(rule => rule!.RoleARN))
            .OfType<string>().Distinct();

    /// <summary>The answer to a role that the caller may not use.</summary>
    public static ApiError Forbidden(string role) => ApiError.NotAuthorized($"Access to Role '{role}' is forbidden.");

    private static ApiError? Objection(RoleMappingShape mapping) => mapping switch
    {
        { AmbiguousRoleResolution: null } => ApiError.InvalidParameter("AmbiguousRoleResolution is required."),
        { Type: "Rules", RulesConfiguration: null } => ApiError.InvalidParameter("RulesConfiguration is required."),
        { Type: "Token", RulesConfiguration: not null } =>
            ApiError.InvalidParameter("RulesConfiguration is for mappings of type Rules only."),
        { RulesConfiguration.Rules.Count: > MaxRules } =>
            ApiError.InvalidParameter($"A maximum of {MaxRules} rules is allowed per identity provider."),
        _ => null,
    };

    /// <summary>AWS takes roles of the pool's own account only.</summary>
    private static bool IsRole(string arn, string accountId, DeploymentOptions deployment)
    {
        var prefix = $"arn:{deployment.Partition}:iam::{accountId}:role/";
        return arn.StartsWith(prefix, StringComparison.Ordinal) && PathAndName().IsMatch(arn.AsSpan(prefix.Length));
    }

    /// <summary>IAM: a path of printable characters, then a name of 1 to 64 of these.</summary>
    [GeneratedRegex(@"\A(?:[\x21-\x7e]*/)?[A-Za-z0-9_+=,.@-]{1,64}\z")]
    private static partial Regex PathAndName();
}
