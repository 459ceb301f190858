using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Server.Throttling;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Sts;

internal sealed record AssumeRoleWithWebIdentityInput(
    string? RoleArn,
    string? RoleSessionName,
    string? WebIdentityToken,
    string? ProviderId,
    List<PolicyDescriptor?>? PolicyArns,
    string? Policy,
    long? DurationSeconds) : IQueryInput<AssumeRoleWithWebIdentityInput>
{
    public static AssumeRoleWithWebIdentityInput Read(QueryForm form) => new(
        form["RoleArn"], form["RoleSessionName"], form["WebIdentityToken"], form["ProviderId"],
        form.Structures("PolicyArns", PolicyDescriptor.Read), form["Policy"], form.Number("DurationSeconds"));

    public void Check(Constraints on) => on
        .String("roleArn", RoleArn, StsShapes.ArnType, required: true)
        .String("roleSessionName", RoleSessionName, StsShapes.RoleSessionNameType, required: true)
        .String("webIdentityToken", WebIdentityToken, StsShapes.ClientTokenType, required: true)
        .String("providerId", ProviderId, StsShapes.UrlType)
        .List("policyArns", PolicyArns, StsShapes.PolicyDescriptorListType)
        .String("policy", Policy, StsShapes.SessionPolicyDocumentType)
        .Number("durationSeconds", DurationSeconds, StsShapes.RoleDurationSecondsType);

    public override string ToString() => nameof(AssumeRoleWithWebIdentityInput);
}

internal sealed record AssumeRoleWithWebIdentityResult(WebIdentity Identity, RoleSession Session) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml
        .Text("SubjectFromWebIdentityToken", Identity.Subject)
        .Text("Audience", Identity.Audience)
        .Structure("AssumedRoleUser", new AssumedRoleUser(Session.AssumedRoleId, Session.Arn))
        .Structure("Credentials", new CredentialsResult(Session.Grant, Session.SessionToken))
        .Text("Provider", Identity.Provider)
        .Number("PackedPolicySize", Session.PackedPolicySize)
        .Text("SourceIdentity", Identity.SourceIdentity);
}

/// <summary>Credentials for the bearer of a web identity token: ours, or that of an OIDC provider of the role's account.</summary>
internal sealed class AssumeRoleWithWebIdentity(
    WebIdentityVerifier verifier, RoleSessions sessions, RateLimits limits, IOptions<DeploymentOptions> deployment, TimeProvider clock)
    : IOperation<AssumeRoleWithWebIdentityInput, AssumeRoleWithWebIdentityResult>
{
    private const int DefaultDuration = 3600;

    public async ValueTask<Outcome<AssumeRoleWithWebIdentityResult>> ExecuteAsync(
        AssumeRoleWithWebIdentityInput input, CallContext call, CancellationToken ct)
    {
        if (input.PolicyArns is { Count: > 0 })
        {
            return StsErrors.NoManagedPolicies;
        }

        if (input.ProviderId is not null)
        {
            return StsErrors.InvalidIdentityToken("ProviderId is for OAuth 2.0 access tokens, which cannot be used here.");
        }

        if (RoleArn.Parse(input.RoleArn!, deployment.Value.Partition) is not { } role)
        {
            return StsErrors.InvalidArn(input.RoleArn!);
        }

        if (await limits.OfStrangerAsync(role.AccountId, call, ct) is { } tooMany)
        {
            return tooMany;
        }

        var verified = await verifier.VerifyAsync(input.WebIdentityToken!, role.AccountId, call, ct);
        if (verified.Error is { } rejected)
        {
            return rejected;
        }

        var identity = verified.Value!;
        var session = await sessions.AssumeAsync(
            new RoleWish(input.RoleArn!, WebIdentity.Action, identity.Principal, input.RoleSessionName!)
            {
                DurationSeconds = input.DurationSeconds ?? DefaultDuration,
                Keys = RequestKeys.Of(call, role.AccountId, deployment.Value, clock.GetUtcNow()).With(identity.Keys),
                Federation = identity.Keys,
                Tags = identity.Tags,
                TransitiveTagKeys = identity.TransitiveTagKeys,
                SourceIdentity = identity.SourceIdentity,
                Policy = input.Policy,
            },
            ct);
        return session.Error is { } refused ? refused : new AssumeRoleWithWebIdentityResult(identity, session.Value!);
    }
}
