using Amazon.SecurityToken.Model;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Server.OpenId;
using FederatedIdentity.Server.Operations;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Sts;

/// <summary>
/// Temporary credentials for an identity in a role that was decided: from our own STS, which needs no token for it, or from another one
/// in exchange for the identity's OpenID token.
/// </summary>
internal sealed class IdentityCredentials(
    RoleSessions sessions, ExternalSts external, OpenIdTokenIssuer tokens, IOptions<StsOptions> options)
{
    private const string SessionName = "CognitoIdentityCredentials";
    private const int DurationSeconds = 3600;

    // A refusal is the configuration's fault, and the same sentence covers all of it.
    private static readonly ApiError _notConfigured = new(
        "InvalidIdentityPoolConfigurationException",
        "Invalid identity pool configuration. Check assigned IAM roles for this pool.");

    public static ApiError NotConfigured => _notConfigured;

    /// <summary><paramref name="endsAt"/> is the end of a SAML provider's own session.</summary>
    public async ValueTask<Outcome<CredentialsShape>> ForAsync(
        string roleArn, IdentityClaims claims, Pool pool, DateTimeOffset? endsAt, CancellationToken ct)
    {
        var outcome = options.Value.Mode == StsMode.External
            ? await AskAsync(roleArn, claims, pool, ct)
            : await AssumeAsync(roleArn, claims, endsAt, ct);
        return outcome.Error is { } error && error != ApiError.ExternalService(external.Host) ? _notConfigured : outcome;
    }

    private async ValueTask<Outcome<CredentialsShape>> AssumeAsync(
        string roleArn, IdentityClaims claims, DateTimeOffset? endsAt, CancellationToken ct)
    {
        var identity = WebIdentity.OfOurs(claims);
        var wish = new RoleWish(roleArn, WebIdentity.Action, identity.Principal, SessionName)
        {
            DurationSeconds = DurationSeconds,
            Keys = identity.Keys,
            Federation = identity.Keys,
            Tags = claims.Tags,
            IsGuest = claims.IsGuest,
            EndsAt = endsAt,
        };
        var assumed = await sessions.AssumeAsync(wish, ct);
        return assumed.Error is { } refused
            ? refused
            : new CredentialsShape(
                assumed.Value!.Grant.AccessKeyId, assumed.Value.Grant.Secret.Reveal, assumed.Value.SessionToken,
                assumed.Value.Grant.ExpiresAt);
    }

    private async ValueTask<Outcome<CredentialsShape>> AskAsync(string roleArn, IdentityClaims claims, Pool pool, CancellationToken ct)
    {
        var answer = await external.AssumeAsync(
            new AssumeRoleWithWebIdentityRequest
            {
                RoleArn = roleArn,
                RoleSessionName = SessionName,
                DurationSeconds = DurationSeconds,
                WebIdentityToken = tokens.Issue(claims, pool, OpenIdTokenIssuer.Lifetime),
                Policy = claims.IsGuest ? GuestPolicies.Document : null,
            },
            ct);
        return answer.Error is { } error
            ? error
            : new CredentialsShape(
                answer.Value!.AccessKeyId, answer.Value.SecretAccessKey, answer.Value.SessionToken,
                new DateTimeOffset(answer.Value.Expiration?.ToUniversalTime() ?? default, TimeSpan.Zero));
    }
}
