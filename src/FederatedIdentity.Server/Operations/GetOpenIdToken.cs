using System.Diagnostics;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Server.OpenId;

namespace FederatedIdentity.Server.Operations;

internal sealed record GetOpenIdTokenInput(string? IdentityId, Dictionary<string, string?>? Logins) : IWireInput
{
    public void Check(Constraints on) => on
        .String("identityId", IdentityId, ModelShapes.IdentityId, required: true)
        .Map("logins", Logins, ModelShapes.LoginsMap);
}

internal sealed record GetOpenIdTokenResponse(string IdentityId, string Token);

/// <summary>
/// Step 2 of the classic flow: an OpenID token for an identity, after linking the presented logins to it. The identity of the answer
/// may be another than was asked for when the logins caused a merge.
/// </summary>
internal sealed class GetOpenIdToken(
    PublicCalls calls, LoginVerifier verifier, IdentityResolver identities, GuestUses guests, OpenIdTokenIssuer tokens)
    : IOperation<GetOpenIdTokenInput, GetOpenIdTokenResponse>
{
    public async ValueTask<Outcome<GetOpenIdTokenResponse>> ExecuteAsync(
        GetOpenIdTokenInput input, CallContext call, CancellationToken ct)
    {
        var found = await calls.AboutIdentityAsync(input.IdentityId!, call, ct);
        if (found.Error is { } refusal)
        {
            return refusal;
        }

        var (identity, pool) = found.Value!;
        if (pool.AllowClassicFlow == false)
        {
            return ApiError.InvalidParameter("Basic (classic) flow is not enabled, please use enhanced flow.");
        }

        if (pool.RoleMappings.Count > 0)
        {
            return ApiError.InvalidParameter("Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.");
        }

        if (pool.SamlProviderArns.Count > 0 && input.Logins?.Keys.Any(pool.SamlProviderArns.Contains) == true)
        {
            return ApiError.InvalidParameter("Basic (classic) flow is not supported with SAML, please use enhanced flow.");
        }

        if (identity.State == IdentityState.Disabled)
        {
            return LinkErrors.Of(LinkRefusal.Forbidden, input.IdentityId);
        }

        var verified = await verifier.VerifyAsync(pool, input.Logins, call, ct);
        if (verified.Error is { } rejected)
        {
            return rejected;
        }

        if (verified.Value is [] && identity.State == IdentityState.Unauthenticated && !pool.AllowUnauthenticatedIdentities)
        {
            return ApiError.NotAuthorized(LinkErrors.GuestsNotSupported); // Guests were switched off after this one came.
        }

        if (verified.Value is [] && !await guests.NoteAsync(identity, pool, ct))
        {
            return ApiError.IdentityNotFound(input.IdentityId);
        }

        return await identities.ResolveAsync(identity, VerifiedLogin.LoginsOf(verified.Value!), call, ct) switch
        {
            Resolution.Resolved resolved => new GetOpenIdTokenResponse(
                resolved.Identity.Value,
                await tokens.IssueAsync(
                    IdentityClaims.Of(resolved.Identity, pool, verified.Value!), pool, OpenIdTokenIssuer.Lifetime, ct)),
            Resolution.Refused refused => LinkErrors.Of(refused.Refusal, input.IdentityId),
            Resolution.IdentityNotFound or Resolution.PoolNotFound => ApiError.IdentityNotFound(input.IdentityId),
            _ => throw new UnreachableException(),
        };
    }
}
