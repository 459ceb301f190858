using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Server.Throttling;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Sts;

internal sealed record AssumeRoleWithSAMLInput(
    string? RoleArn,
    string? PrincipalArn,
    string? SAMLAssertion,
    List<PolicyDescriptor?>? PolicyArns,
    string? Policy,
    long? DurationSeconds) : IQueryInput<AssumeRoleWithSAMLInput>
{
    public static AssumeRoleWithSAMLInput Read(QueryForm form) => new(
        form["RoleArn"], form["PrincipalArn"], form["SAMLAssertion"], form.Structures("PolicyArns", PolicyDescriptor.Read),
        form["Policy"], form.Number("DurationSeconds"));

    public void Check(Constraints on) => on
        .String("roleArn", RoleArn, StsShapes.ArnType, required: true)
        .String("principalArn", PrincipalArn, StsShapes.ArnType, required: true)
        .String("sAMLAssertion", SAMLAssertion, StsShapes.SamlAssertionType, required: true)
        .List("policyArns", PolicyArns, StsShapes.PolicyDescriptorListType)
        .String("policy", Policy, StsShapes.SessionPolicyDocumentType)
        .Number("durationSeconds", DurationSeconds, StsShapes.RoleDurationSecondsType);

    public override string ToString() => nameof(AssumeRoleWithSAMLInput);
}

internal sealed record AssumeRoleWithSAMLResult(SamlIdentity Identity, RoleSession Session) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml
        .Structure("Credentials", new CredentialsResult(Session.Grant, Session.SessionToken))
        .Structure("AssumedRoleUser", new AssumedRoleUser(Session.AssumedRoleId, Session.Arn))
        .Number("PackedPolicySize", Session.PackedPolicySize)
        .Text("Subject", Identity.Subject.NameId)
        .Text("SubjectType", Identity.SubjectType)
        .Text("Issuer", Identity.Subject.Issuer)
        .Text("Audience", Identity.Subject.Recipient)
        .Text("NameQualifier", Identity.NameQualifier)
        .Text("SourceIdentity", Session.Grant.Session.SourceIdentity);
}

/// <summary>
/// Credentials for the subject of a SAML assertion, in a role that the assertion names together with its provider, a provider of the
/// role's account.
/// </summary>
internal sealed class AssumeRoleWithSAML(
    SamlIdentityVerifier verifier, RoleSessions sessions, RateLimits limits, IOptions<DeploymentOptions> deployment, TimeProvider clock)
    : IOperation<AssumeRoleWithSAMLInput, AssumeRoleWithSAMLResult>
{
    private const string Action = "sts:AssumeRoleWithSAML";
    private const int DefaultDuration = 3600;

    public async ValueTask<Outcome<AssumeRoleWithSAMLResult>> ExecuteAsync(
        AssumeRoleWithSAMLInput input, CallContext call, CancellationToken ct)
    {
        if (input.PolicyArns is { Count: > 0 })
        {
            return StsErrors.NoManagedPolicies;
        }

        if (RoleArn.Parse(input.RoleArn!, deployment.Value.Partition) is not { } role)
        {
            return StsErrors.InvalidArn(input.RoleArn!);
        }

        if (await limits.OfStrangerAsync(role.AccountId, call, ct) is { } tooMany)
        {
            return tooMany;
        }

        var verified = await verifier.VerifyAsync(input.SAMLAssertion!, input.PrincipalArn!, role.AccountId, ct);
        if (verified.Error is { } rejected)
        {
            return rejected;
        }

        var identity = verified.Value!;
        if (identity.Session.Name is not { } name)
        {
            return StsErrors.NoSessionName;
        }

        if (!identity.Session.Roles.Contains(input.RoleArn!))
        {
            return StsErrors.NotAuthorized(Action);
        }

        var now = clock.GetUtcNow();
        var session = await sessions.AssumeAsync(
            new RoleWish(input.RoleArn!, Action, identity.Principal, name)
            {
                DurationSeconds = input.DurationSeconds ?? DefaultDuration,
                EndsAt = identity.EndsAt(now),
                Keys = RequestKeys.Of(call, role.AccountId, deployment.Value, now).With(identity.Keys),
                Federation = identity.Keys,
                Tags = identity.Session.PrincipalTags,
                TransitiveTagKeys = identity.Session.TransitiveTagKeys,
                SourceIdentity = identity.Session.SourceIdentity,
                Policy = input.Policy,
            },
            ct);
        return session.Error is { } refused ? refused : new AssumeRoleWithSAMLResult(identity, session.Value!);
    }
}
