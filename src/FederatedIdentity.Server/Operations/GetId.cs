using System.Diagnostics;
using FederatedIdentity.Domain.Identities;

namespace FederatedIdentity.Server.Operations;

internal sealed record GetIdInput(string? AccountId, string? IdentityPoolId, Dictionary<string, string?>? Logins) : IWireInput
{
    public void Check(Constraints on) => on
        .String("accountId", AccountId, ModelShapes.AccountId)
        .String("identityPoolId", IdentityPoolId, ModelShapes.IdentityPoolId, required: true)
        .Map("logins", Logins, ModelShapes.LoginsMap);
}

internal sealed record GetIdResponse(string IdentityId);

/// <summary>
/// Returns the identity that owns the presented logins, and creates it on first sight; without logins creates a guest on every call.
/// AccountId is legacy: only its form is checked.
/// </summary>
internal sealed class GetId(PublicCalls calls, LoginVerifier verifier, IdentityResolver identities) : IOperation<GetIdInput, GetIdResponse>
{
    public async ValueTask<Outcome<GetIdResponse>> ExecuteAsync(GetIdInput input, CallContext call, CancellationToken ct)
    {
        var found = await calls.AboutPoolAsync(input.IdentityPoolId!, call, ct);
        if (found.Error is { } refusal)
        {
            return refusal;
        }

        var pool = found.Value!;
        var verified = await verifier.VerifyAsync(pool, input.Logins, call, ct);
        if (verified.Error is { } rejected)
        {
            return rejected;
        }

        if (verified.Value is [] && !pool.AllowUnauthenticatedIdentities)
        {
            return ApiError.NotAuthorized(LinkErrors.GuestsNotSupported);
        }

        switch (await identities.ResolveAsync(pool.Id, VerifiedLogin.LoginsOf(verified.Value!), call, ct))
        {
            case Resolution.Resolved resolved:
                calls.Expect(resolved.Identity, pool);
                return new GetIdResponse(resolved.Identity.Value);
            case Resolution.Refused refused:
                return LinkErrors.Of(refused.Refusal, identityId: null);
            case Resolution.PoolNotFound:
                return ApiError.PoolNotFound(input.IdentityPoolId);
            default:
                throw new UnreachableException();
        }
    }
}
