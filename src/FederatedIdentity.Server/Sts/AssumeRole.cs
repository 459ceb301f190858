using FederatedIdentity.Domain.Policies;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Server.Hosting;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Sts;

internal sealed record AssumeRoleInput(
    string? RoleArn,
    string? RoleSessionName,
    List<PolicyDescriptor?>? PolicyArns,
    string? Policy,
    long? DurationSeconds,
    List<TagShape?>? Tags,
    List<string?>? TransitiveTagKeys,
    string? ExternalId,
    string? SerialNumber,
    string? TokenCode,
    string? SourceIdentity) : IQueryInput<AssumeRoleInput>
{
    public static AssumeRoleInput Read(QueryForm form) => new(
        form["RoleArn"], form["RoleSessionName"], form.Structures("PolicyArns", PolicyDescriptor.Read), form["Policy"],
        form.Number("DurationSeconds"), form.Structures("Tags", TagShape.Read), form.List("TransitiveTagKeys"), form["ExternalId"],
        form["SerialNumber"], form["TokenCode"], form["SourceIdentity"]);

    public void Check(Constraints on) => on
        .String("roleArn", RoleArn, StsShapes.ArnType, required: true)
        .String("roleSessionName", RoleSessionName, StsShapes.RoleSessionNameType, required: true)
        .List("policyArns", PolicyArns, StsShapes.PolicyDescriptorListType)
        .String("policy", Policy, StsShapes.SessionPolicyDocumentType)
        .Number("durationSeconds", DurationSeconds, StsShapes.RoleDurationSecondsType)
        .List("tags", Tags, StsShapes.TagListType)
        .List("transitiveTagKeys", TransitiveTagKeys, StsShapes.TagKeyListType)
        .String("externalId", ExternalId, StsShapes.ExternalIdType)
        .String("sourceIdentity", SourceIdentity, StsShapes.SourceIdentityType);
}

internal sealed record AssumeRoleResult(RoleSession Session) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml
        .Structure("AssumedRoleUser", new AssumedRoleUser(Session.AssumedRoleId, Session.Arn))
        .Structure("Credentials", new CredentialsResult(Session.Grant, Session.SessionToken))
        .Number("PackedPolicySize", Session.PackedPolicySize)
        .Text("SourceIdentity", Session.Grant.Session.SourceIdentity);
}

/// <summary>
/// Credentials of a role for a user or for the bearer of another role's. Within an account the trust policy alone may open a role to a
/// principal that it names; whoever it lets in by account needs a policy of their own as well.
/// </summary>
internal sealed class AssumeRole(
    RoleSessions sessions, Authorizer authorizer, PrincipalCatalog principals, IOptions<DeploymentOptions> deployment, TimeProvider clock)
    : IOperation<AssumeRoleInput, AssumeRoleResult>
{
    private const string Action = "sts:AssumeRole";
    private const int DefaultDuration = 3600;

    public async ValueTask<Outcome<AssumeRoleResult>> ExecuteAsync(AssumeRoleInput input, CallContext call, CancellationToken ct)
    {
        var caller = call.Caller!;
        if (Objection(input, caller) is { } objection)
        {
            return objection;
        }

        var keys = CallerKeys.Of(call, await TagsOfAsync(caller, ct), deployment.Value, clock.GetUtcNow());
        if (input.ExternalId is { } externalId)
        {
            keys["sts:ExternalId"] = [externalId];
        }

        if (await PrincipalAsync(input.RoleArn!, call, ct) is not { } principal)
        {
            return NotAuthorized(caller, input.RoleArn!);
        }

        var session = await sessions.AssumeAsync(WishOf(input, caller, principal, keys), ct);
        return session.Error switch
        {
            null => new AssumeRoleResult(session.Value!),
            { Type: "AccessDenied" } => NotAuthorized(caller, input.RoleArn!),
            var error => error,
        };
    }

    private static ApiError? Objection(AssumeRoleInput input, Caller caller) =>
        input.PolicyArns is { Count: > 0 } ? StsErrors.NoManagedPolicies
        : input.SerialNumber is not null || input.TokenCode is not null
            ? QueryErrors.AccessDenied("MultiFactorAuthentication failed: this service has no MFA devices.")
        : caller.Kind == CallerKind.Root ? QueryErrors.AccessDenied("Roles may not be assumed by root accounts.")
        : caller.Kind == CallerKind.Role && input.DurationSeconds > DefaultDuration ? StsErrors.DurationExceedsChain
        : input.Tags?.Exists(tag => !PrincipalTags.IsKey(tag!.Key!) || !(tag.Value is "" || PrincipalTags.IsValue(tag.Value!))) == true
            ? ApiError.Validation("Tags hold characters that are not allowed, or keys that begin with aws:.")
        : input.Tags?.DistinctBy(tag => tag!.Key, StringComparer.OrdinalIgnoreCase).Count() < input.Tags?.Count
            ? new ApiError("InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive.")
        : input.SourceIdentity is { } source && caller.Session?.Session.SourceIdentity is { } set && set != source
            ? QueryErrors.AccessDenied("SourceIdentity is set and cannot be changed.")
        : null;

    /// <summary>
    /// The caller as the trust policy sees it; null when it may not ask at all. Whom no policy of its own allows it, only a trust policy
    /// of its own account lets in, and only by name.
    /// </summary>
    private async ValueTask<PolicyPrincipal?> PrincipalAsync(string roleArn, CallContext call, CancellationToken ct)
    {
        var caller = call.Caller!;
        var known = CallerKeys.PrincipalOf(caller, deployment.Value);
        return await authorizer.DecideAsync(Action, new ActedOn(roleArn), call, ct) switch
        {
            PolicyDecision.Allow => known,
            PolicyDecision.ImplicitDeny when RoleArn.Parse(roleArn, deployment.Value.Partition)?.AccountId == caller.AccountId
                && caller.Session is null => PolicyPrincipal.User(caller.Arn, accountId: ""),
            _ => null,
        };
    }

    private async ValueTask<IReadOnlyDictionary<string, string>> TagsOfAsync(Caller caller, CancellationToken ct) =>
        caller.Session?.Session.Tags
        ?? (await principals.FindUserAsync(caller.AccountId, caller.Name, ct))?.Tags
        ?? new Dictionary<string, string>();

    private static ApiError NotAuthorized(Caller caller, string roleArn) => QueryErrors.AccessDenied(
        $"User: {caller.Arn} is not authorized to perform: {Action} on resource: {Echo.Of(roleArn)}");

    private static RoleWish WishOf(
        AssumeRoleInput input, Caller caller, PolicyPrincipal principal, Dictionary<string, IReadOnlyList<string>> keys)
    {
        // A chained session keeps the transitive tags of the first, and nobody may give them other values.
        var tags = input.Tags?.ToDictionary(tag => tag!.Key!, tag => tag!.Value!, StringComparer.OrdinalIgnoreCase)
            ?? new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var inherited = caller.Session?.Session.TransitiveTagKeys ?? [];
        foreach (var key in inherited)
        {
            if (caller.Session!.Session.Tags.TryGetValue(key, out var value))
            {
                tags[key] = value;
            }
        }

        var role = caller.Session?.Session;
        return new RoleWish(input.RoleArn!, Action, principal, input.RoleSessionName!)
        {
            DurationSeconds = input.DurationSeconds ?? DefaultDuration,
            Keys = keys,
            Tags = tags,
            TransitiveTagKeys = [.. inherited.Union(input.TransitiveTagKeys?.OfType<string>() ?? [], StringComparer.OrdinalIgnoreCase)],
            SourceIdentity = input.SourceIdentity ?? role?.SourceIdentity,
            Policy = input.Policy,
        };
    }
}
