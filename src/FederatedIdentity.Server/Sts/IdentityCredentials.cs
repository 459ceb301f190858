using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Server.OpenId;
using FederatedIdentity.Server.Operations;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Sts;

/// <summary>
/// Temporary credentials for an identity in a role that was decided: from our own STS, which needs no token for it, or from another one
/// in exchange for the identity's OpenID token.
/// </summary>
internal sealed class IdentityCredentials(
    RoleSessions sessions,
    ExternalSts external,
    OpenIdTokenIssuer tokens,
    IOptions<StsOptions> options,
    IOptions<DeploymentOptions> deployment,
    TimeProvider clock)
{
    private const string SessionName = "CognitoIdentityCredentials";
    private const int DurationSeconds = 3600;

    // A refusal is the configuration's fault, and the same sentence covers all of it.
    public static ApiError NotConfigured { get; } = new(
        "InvalidIdentityPoolConfigurationException",
        "Invalid identity pool configuration. Check assigned IAM roles for this pool.");

    /// <summary><paramref name="endsAt"/> is the end of a SAML provider's own session.</summary>
    public ValueTask<Outcome<CredentialsShape>> ForAsync(
        string roleArn, IdentityClaims claims, Pool pool, DateTimeOffset? endsAt, CallContext call, CancellationToken ct) =>
        options.Value.Mode == StsMode.External
            ? AskAsync(roleArn, claims, pool, endsAt, call, ct)
            : AssumeAsync(roleArn, claims, pool, endsAt, call, ct);

    private async ValueTask<Outcome<CredentialsShape>> AssumeAsync(
        string roleArn, IdentityClaims claims, Pool pool, DateTimeOffset? endsAt, CallContext call, CancellationToken ct)
    {
        var identity = WebIdentity.OfOurs(claims);
        var account = RoleArn.Parse(roleArn, deployment.Value.Partition)?.AccountId ?? pool.AccountId;
        var wish = new RoleWish(roleArn, WebIdentity.Action, identity.Principal, SessionName)
        {
            DurationSeconds = DurationSeconds,
            Keys = RequestKeys.Of(call, account, deployment.Value, clock.GetUtcNow()).With(identity.Keys),
            Federation = identity.Keys,
            Tags = claims.Tags,
            IsGuest = claims.IsGuest,
            EndsAt = endsAt,
        };
        var assumed = await sessions.AssumeAsync(wish, ct);
        return assumed.Error is not null
            ? NotConfigured
            : new CredentialsShape(
                assumed.Value!.Grant.AccessKeyId, assumed.Value.Grant.Secret.Reveal, assumed.Value.SessionToken,
                assumed.Value.Grant.ExpiresAt);
    }

    private async ValueTask<Outcome<CredentialsShape>> AskAsync(
        string roleArn, IdentityClaims claims, Pool pool, DateTimeOffset? endsAt, CallContext call, CancellationToken ct)
    {
        var wish = new ExternalWish(
            roleArn,
            SessionName,
            await tokens.IssueAsync(claims, pool, OpenIdTokenIssuer.Lifetime, ct),
            SecondsUntil(endsAt),
            claims.IsGuest ? GuestPolicies.Document : null);
        return await call.OutsideAsync(external.Host, external.AssumeAsync(wish, ct).AsTask()) switch
        {
            ExternalAnswer.Granted granted => granted.Credentials,
            ExternalAnswer.Refused => NotConfigured,
            _ => ApiError.ExternalService(external.Host),
        };
    }

    /// <summary>No STS gives sessions of less than a quarter of an hour.</summary>
    private int SecondsUntil(DateTimeOffset? endsAt) =>
        endsAt is { } end ? (int)Math.Clamp((end - clock.GetUtcNow()).TotalSeconds, 900, DurationSeconds) : DurationSeconds;
}
