namespace FederatedIdentity.Server.Sts;

/// <summary>What AssumeRole refuses whatever the policies say.</summary>
/// <remarks>https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html</remarks>
internal static class AssumeRoleRules
{
    public const int DefaultDuration = 3600;

    public static ApiError? Objection(AssumeRoleInput input, Caller caller) =>
        input.PolicyArns is { Count: > 0 } ? StsErrors.NoManagedPolicies
        : input.SerialNumber is not null || input.TokenCode is not null ? StsErrors.NoMfa
        : caller.Kind == CallerKind.Root ? QueryErrors.AccessDenied("Roles may not be assumed by root accounts.")
        : caller.Kind == CallerKind.Role && input.DurationSeconds > DefaultDuration ? StsErrors.DurationExceedsChain
        : input.SourceIdentity is { } source && caller.Session?.Session.SourceIdentity is { } set && set != source
            ? QueryErrors.AccessDenied("SourceIdentity is set and cannot be changed.")
        : ObjectionToTags(input.Tags ?? [], Inherited(caller.Session?.Session));

    /// <summary>The tags that a session passes on to the next.</summary>
    public static Dictionary<string, string> Inherited(SessionDraft? session)
    {
        var tags = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in session?.Tags ?? new Dictionary<string, string>())
        {
            if (session!.TransitiveTagKeys.Contains(key, StringComparer.OrdinalIgnoreCase))
            {
                tags[key] = value;
            }
        }

        return tags;
    }

    private static ApiError? ObjectionToTags(List<TagShape?> tags, Dictionary<string, string> inherited) =>
        tags.Exists(tag => tag!.Key!.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            ? ApiError.Validation("Tag keys that begin with aws: are reserved for system use.")
        : tags.DistinctBy(tag => tag!.Key, StringComparer.OrdinalIgnoreCase).Count() < tags.Count
            ? StsErrors.InvalidParameterValue("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
        : tags.Exists(tag => inherited.ContainsKey(tag!.Key!))
            ? StsErrors.InvalidParameterValue("A tag that the session inherits cannot be given again.")
        : null;
}
