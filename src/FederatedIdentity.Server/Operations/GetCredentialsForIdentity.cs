using System.Diagnostics;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Server.OpenId;

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
internal sealed record CredentialsShape(string AccessKeyId, string SecretKey, string SessionToken, DateTimeOffset Expiration);

/// <summary>
/// The enhanced flow: verifies and links the presented logins, then decides the role that the credentials are for. This release has
/// no STS to hand out credentials yet, so a role that was decided is answered like one that an STS refuses.
/// </summary>
internal sealed class GetCredentialsForIdentity(
    IIdentityStore store, IPoolCatalog pools, LoginVerifier verifier, IdentityResolver identities, OwnTokenVerifier ownTokens)
    : IOperation<GetCredentialsForIdentityInput, GetCredentialsForIdentityResponse>
{
    private static readonly ApiError NotConfigured = new(
        "InvalidIdentityPoolConfigurationException",
        "Invalid identity pool configuration. Check assigned IAM roles for this pool.");

    public async ValueTask<Outcome<GetCredentialsForIdentityResponse>> ExecuteAsync(
        GetCredentialsForIdentityInput input, CallContext call, CancellationToken ct)
    {
        if (await store.LoadAsync([new IdentityId(input.IdentityId!)], ct) is not [var identity]
            || await pools.FindAsync(identity.Pool, ct) is not { } pool)
        {
            return ApiError.IdentityNotFound(input.IdentityId);
        }

        call.Pool = pool.Id.Value;
        if (identity.State == IdentityState.Disabled)
        {
            return LinkErrors.Of(LinkRefusal.Forbidden, input.IdentityId);
        }

        var choice = input.Logins is { Count: 1 } && input.Logins.TryGetValue(LoginVerifier.CognitoKey, out var token)
            ? ChooseByOwnToken(identity, pool, token!, input.CustomRoleArn)
            : await ChooseByLoginsAsync(identity, pool, input, ct);
        return choice.Error ?? choice.Value! switch
        {
            RoleChoice.Role or RoleChoice.NotConfigured => NotConfigured,
            RoleChoice.Forbidden forbidden => RoleRules.Forbidden(forbidden.Arn),
            RoleChoice.Ambiguous ambiguous => ApiError.NotAuthorized(
                $"The ambiguous role mapping rules for: {ambiguous.LoginKey} denied this request."),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>A token that we issued, for the developer's users above all: no login is verified or linked again.</summary>
    private Outcome<RoleChoice> ChooseByOwnToken(Identity identity, Pool pool, string token, string? customRoleArn)
    {
        switch (ownTokens.Verify(token))
        {
            case OwnToken.Rejected rejected:
                return ApiError.NotAuthorized(rejected.Sentence);
            case OwnToken.Valid valid when valid.Subject == identity.Id.Value && valid.Audience == pool.Id.Value
                && valid.Amr.Contains("authenticated") && identity.State == IdentityState.Authenticated:
                var candidate = new RoleCandidate(LoginVerifier.CognitoKey, Domain.Logins.LoginClaims.None, Mapping: null, []);
                return RoleChoice.Choose([candidate], pool.Roles, customRoleArn);
            default:
                return LinkErrors.Of(LinkRefusal.LoginsDoNotMatch, identity.Id.Value);
        }
    }

    private async ValueTask<Outcome<RoleChoice>> ChooseByLoginsAsync(
        Identity identity, Pool pool, GetCredentialsForIdentityInput input, CancellationToken ct)
    {
        var verified = await verifier.VerifyAsync(pool, input.Logins, ct);
        if (verified.Error is { } rejected)
        {
            return rejected;
        }

        if (verified.Value is [] && identity.State == IdentityState.Unauthenticated && !pool.AllowUnauthenticatedIdentities)
        {
            return ApiError.NotAuthorized(LinkErrors.GuestsNotSupported);
        }

        return await identities.ResolveAsync(identity, VerifiedLogin.LoginsOf(verified.Value!), ct) switch
        {
            Resolution.Resolved => RoleChoice.Choose(
                [.. verified.Value!.Select(login => new RoleCandidate(
                    login.Login.Provider,
                    login.Claims,
                    pool.RoleMappingFor(login.Login.Provider, login.Claims),
                    login.Session?.Roles ?? [])
                {
                    NamesRoles = login.NamesRoles,
                })],
                pool.Roles,
                input.CustomRoleArn),
            Resolution.Refused refused => LinkErrors.Of(refused.Refusal, input.IdentityId),
            Resolution.IdentityNotFound or Resolution.PoolNotFound => ApiError.IdentityNotFound(input.IdentityId),
            _ => throw new UnreachableException(),
        };
    }
}
