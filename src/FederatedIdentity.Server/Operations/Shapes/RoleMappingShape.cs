using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.Server.Operations;

/// <summary>How a provider's logins choose a role, as the API names its members.</summary>
internal sealed record RoleMappingShape(
    string? Type, string? AmbiguousRoleResolution, RulesConfigurationShape? RulesConfiguration) : IWireShape
{
    public void Check(Constraints on) => on
        .String("type", Type, ModelShapes.RoleMappingType, required: true)
        .String("ambiguousRoleResolution", AmbiguousRoleResolution, ModelShapes.AmbiguousRoleResolutionType)
        .Structure("rulesConfiguration", RulesConfiguration);

    public static RoleMappingShape Of(RoleMapping mapping) => new(
        mapping.Type.ToString(),
        mapping.Ambiguous.ToString(),
        mapping.Type == RoleMappingType.Rules ? new RulesConfigurationShape([.. mapping.Rules.Select(MappingRuleShape.Of)]) : null);

    /// <summary>Of a shape that kept the model's constraints and <see cref="RoleRules"/>.</summary>
    public RoleMapping ToMapping() => new(
        Enum.Parse<RoleMappingType>(Type!),
        Enum.Parse<AmbiguousRoleResolution>(AmbiguousRoleResolution!),
        [.. RulesConfiguration?.Rules?.Select(rule => rule!.ToRule()) ?? []]);
}

internal sealed record RulesConfigurationShape(List<MappingRuleShape?>? Rules) : IWireShape
{
    public void Check(Constraints on) => on.List("rules", Rules, ModelShapes.MappingRulesList, required: true);
}

internal sealed record MappingRuleShape(string? Claim, string? MatchType, string? Value, string? RoleARN) : IWireShape
{
    public void Check(Constraints on) => on
        .String("claim", Claim, ModelShapes.ClaimName, required: true)
        .String("matchType", MatchType, ModelShapes.MappingRuleMatchType, required: true)
        .String("value", Value, ModelShapes.ClaimValue, required: true)
        .String("roleARN", RoleARN, ModelShapes.ARNString, required: true);

    public static MappingRuleShape? Of(RoleRule rule) => new(rule.Claim, rule.Match.ToString(), rule.Value, rule.RoleArn);

    public RoleRule ToRule() => new(Claim!, Enum.Parse<RuleMatch>(MatchType!), Value!, RoleARN!);
}
