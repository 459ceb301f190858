using System.Diagnostics;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Server.OpenId;
using FederatedIdentity.Server.Sts;

namespace FederatedIdentity.Server.Operations;

internal sealed record GetCredentialsForIdentityInput(string? IdentityId, Dictionary<string, string?>? Logins, string? CustomRoleArn)
    : IWireInput
{
    public void Check(Constraints on) => on
        .String("identityId", IdentityId, ModelShapes.IdentityId, required: true)
        .Map("logins", Logins, ModelShapes.LoginsMap)
        .String("customRoleArn", CustomRoleArn, ModelShapes.ARNString);
}

internal sealed record GetCredentialsForIdentityResponse(string IdentityId, CredentialsShape Credentials);

/// <summary>Temporary credentials; <c>SecretKey</c> is the API's own name for what STS calls SecretAccessKey.</summary>
internal sealed record CredentialsShape(string AccessKeyId, string SecretKey, string SessionToken, DateTimeOffset Expiration)
{
    public override string ToString() => "[credentials]";
}

/// <summary>
/// The enhanced flow: verifies and links the presented logins, decides the role, and gets credentials for it. The identity of the
/// answer may be another than was asked for when the logins caused a merge.
/// </summary>
internal sealed class GetCredentialsForIdentity(
    PublicCalls calls,
    LoginVerifier verifier,
    IdentityResolver identities,
    GuestUses guests,
    OwnTokenVerifier ownTokens,
    IdentityCredentials credentials)
    : IOperation<GetCredentialsForIdentityInput, GetCredentialsForIdentityResponse>
{
    public async ValueTask<Outcome<GetCredentialsForIdentityResponse>> ExecuteAsync(
        GetCredentialsForIdentityInput input, CallContext call, CancellationToken ct)
    {
        var found = await calls.AboutIdentityAsync(input.IdentityId!, call, ct);
        if (found.Error is { } refusal)
        {
            return refusal;
        }

        var (identity, pool) = found.Value!;
        if (identity.State == IdentityState.Disabled)
        {
            return LinkErrors.Of(LinkRefusal.Forbidden, input.IdentityId);
        }

        var proven = input.Logins is { Count: 1 } && input.Logins.TryGetValue(LoginVerifier.CognitoKey, out var token)
            ? await ByOwnTokenAsync(identity, pool, token!, ct)
            : await ByLoginsAsync(identity, pool, input, call, ct);
        if (proven.Error is { } refused)
        {
            return refused;
        }

        var (claims, candidates, endsAt) = proven.Value!;
        return RoleChoice.Choose(candidates, pool.Roles, input.CustomRoleArn) switch
        {
            RoleChoice.Role role => await credentials.ForAsync(role.Arn, claims, pool, endsAt, call, ct) is var issued && issued.Error is { } error
                ? error
                : new GetCredentialsForIdentityResponse(claims.Subject, issued.Value!),
            RoleChoice.NotConfigured => IdentityCredentials.NotConfigured,
            RoleChoice.Forbidden forbidden => RoleRules.Forbidden(forbidden.Arn),
            RoleChoice.Ambiguous ambiguous => ApiError.NotAuthorized(
                $"The ambiguous role mapping rules for: {ambiguous.LoginKey} denied this request."),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>A token that we issued, for the developer's users above all: no login is verified or linked again.</summary>
    private async ValueTask<Outcome<Proven>> ByOwnTokenAsync(Identity identity, Pool pool, string token, CancellationToken ct)
    {
        switch (await ownTokens.VerifyAsync(token, ct))
        {
            case OwnToken.Rejected rejected:
                return ApiError.NotAuthorized(rejected.IsForeign ? LoginSentences.NotACognitoToken : LoginSentences.Unverified);
            case OwnToken.Expired expired:
                return ApiError.NotAuthorized(LoginSentences.Expired(expired.Now, expired.Expiry));
            case OwnToken.Valid { Claims: var claims } when claims.Subject == identity.Id.Value && claims.Audience == pool.Id.Value
                && !claims.IsGuest && identity.State == IdentityState.Authenticated:
                return new Proven(claims, [new RoleCandidate(LoginVerifier.CognitoKey, LoginClaims.None, Mapping: null, [])], EndsAt: null);
            default:
                return LinkErrors.Of(LinkRefusal.LoginsDoNotMatch, identity.Id.Value);
        }
    }

    private async ValueTask<Outcome<Proven>> ByLoginsAsync(
        Identity identity, Pool pool, GetCredentialsForIdentityInput input, CallContext call, CancellationToken ct)
    {
        var verified = await verifier.VerifyAsync(pool, input.Logins, call, ct);
        if (verified.Error is { } rejected)
        {
            return rejected;
        }

        if (verified.Value is [] && identity.State == IdentityState.Unauthenticated && !pool.AllowUnauthenticatedIdentities)
        {
            return ApiError.NotAuthorized(LinkErrors.GuestsNotSupported);
        }

        if (verified.Value is [] && !await guests.NoteAsync(identity, pool, ct))
        {
            return ApiError.IdentityNotFound(input.IdentityId);
        }

        var logins = verified.Value!;
        return await identities.ResolveAsync(identity, VerifiedLogin.LoginsOf(logins), call, ct) switch
        {
            Resolution.Resolved resolved => new Proven(
                IdentityClaims.Of(resolved.Identity, pool, logins),
                [.. logins.Select(login => new RoleCandidate(
                    login.Login.Provider,
                    login.Claims,
                    pool.RoleMappingFor(login.Login.Provider, login.Claims),
                    login.Session?.Roles ?? [])
                {
                    NamesRoles = login.NamesRoles,
                })],
                logins.Min(login => login.Session?.EndsAt)),
            Resolution.Refused refused => LinkErrors.Of(refused.Refusal, input.IdentityId),
            Resolution.IdentityNotFound or Resolution.PoolNotFound => ApiError.IdentityNotFound(input.IdentityId),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>What the call proved: the identity's claims, and for its role one candidate a login, none for a guest.</summary>
    private sealed record Proven(IdentityClaims Claims, IReadOnlyList<RoleCandidate> Candidates, DateTimeOffset? EndsAt);
}
