using FederatedIdentity.Domain.Policies;
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
        .String("serialNumber", SerialNumber, StsShapes.SerialNumberType)
        .String("tokenCode", TokenCode, StsShapes.TokenCodeType)
        .String("sourceIdentity", SourceIdentity, StsShapes.SourceIdentityType);
}

internal sealed record AssumeRoleResult(RoleSession Session) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml
        .Structure("Credentials", new CredentialsResult(Session.Grant, Session.SessionToken))
        .Structure("AssumedRoleUser", new AssumedRoleUser(Session.AssumedRoleId, Session.Arn))
        .Number("PackedPolicySize", Session.PackedPolicySize)
        .Text("SourceIdentity", Session.Grant.Session.SourceIdentity);
}

/// <summary>
/// Credentials of a role for a user or for the bearer of another role's. Within an account the trust policy alone may open a role to a
/// principal that it names; whoever it lets in by account needs a policy of their own as well.
/// </summary>
internal sealed class AssumeRole(
    RoleSessions sessions,
    Authorizer authorizer,
    Standings standings,
    PrincipalCatalog principals,
    IOptions<DeploymentOptions> deployment,
    TimeProvider clock)
    : IOperation<AssumeRoleInput, AssumeRoleResult>
{
    private const string Action = "sts:AssumeRole";

    public async ValueTask<Outcome<AssumeRoleResult>> ExecuteAsync(AssumeRoleInput input, CallContext call, CancellationToken ct)
    {
        var caller = call.Caller!;
        if (AssumeRoleRules.Objection(input, caller) is { } objection)
        {
            return objection;
        }

        if (RoleArn.Parse(input.RoleArn!, deployment.Value.Partition) is not { } arn)
        {
            return StsErrors.InvalidArn(input.RoleArn!);
        }

        if (await standings.FindAsync(caller, ct) is not { } standing)
        {
            return NotAuthorized(caller, input.RoleArn!);
        }

        var keys = KeysOf(input, call, standing, arn);
        if (PrincipalOf(caller, arn, await OwnDecisionAsync(input, arn, standing, caller, keys, ct)) is not { } principal)
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

    private Dictionary<string, IReadOnlyList<string>> KeysOf(AssumeRoleInput input, CallContext call, Standing standing, RoleArn arn)
    {
        var keys = RequestKeys.Of(call, arn.AccountId, deployment.Value, clock.GetUtcNow());
        CallerKeys.AddTo(keys, call.Caller!, standing.Tags, deployment.Value);
        if (input.ExternalId is { } externalId)
        {
            keys["sts:ExternalId"] = [externalId];
        }

        return keys;
    }

    /// <summary>What the caller's own policies say to the role, and to what the session is to be tagged with.</summary>
    private async ValueTask<PolicyDecision> OwnDecisionAsync(
        AssumeRoleInput input, RoleArn arn, Standing standing, Caller caller, Dictionary<string, IReadOnlyList<string>> keys,
        CancellationToken ct)
    {
        var role = await principals.FindRoleAsync(arn.AccountId, arn.Name, ct);
        var asked = RoleSessions.SessionKeys(keys, WishOf(input, caller, PolicyPrincipal.Anonymous, keys), role?.Tags);
        return authorizer.Decide(Action, input.RoleArn!, standing, caller, asked);
    }

    /// <summary>
    /// The caller as the trust policy sees it; null when it may not ask at all. Whom no policy of its own allows it, only a trust policy
    /// of its own account lets in, and only by name. A session policy is one that has to allow it.
    /// </summary>
    private PolicyPrincipal? PrincipalOf(Caller caller, RoleArn arn, PolicyDecision own) => own switch
    {
        PolicyDecision.Allow => CallerKeys.PrincipalOf(caller, deployment.Value),
        PolicyDecision.ImplicitDeny when arn.AccountId == caller.AccountId && caller.Session?.Session is not ({ IsGuest: true } or { Policies.Count: > 0 })
            => CallerKeys.ByNameAlone(caller, deployment.Value),
        _ => null,
    };

    private static ApiError NotAuthorized(Caller caller, string roleArn) => QueryErrors.AccessDenied(
        $"User: {caller.Arn} is not authorized to perform: {Action} on resource: {Echo.Of(roleArn)}");

    private static RoleWish WishOf(
        AssumeRoleInput input, Caller caller, PolicyPrincipal principal, IReadOnlyDictionary<string, IReadOnlyList<string>> keys)
    {
        var chained = caller.Session?.Session;
        var tags = AssumeRoleRules.Inherited(chained);
        foreach (var tag in input.Tags ?? [])
        {
            tags[tag!.Key!] = tag.Value!;
        }

        return new RoleWish(input.RoleArn!, Action, principal, input.RoleSessionName!)
        {
            DurationSeconds = input.DurationSeconds ?? AssumeRoleRules.DefaultDuration,
            Keys = keys,
            Tags = tags,
            TransitiveTagKeys =
            [
                .. (chained?.TransitiveTagKeys ?? []).Union(input.TransitiveTagKeys?.OfType<string>() ?? [], StringComparer.OrdinalIgnoreCase),
            ],
            SourceIdentity = input.SourceIdentity ?? chained?.SourceIdentity,
            Policy = input.Policy,
        };
    }
}
