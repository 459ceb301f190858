using System.Diagnostics;
using FederatedIdentity.Domain.Identities;

namespace FederatedIdentity.Server.Operations;

internal sealed record UnlinkIdentityInput(
    string? IdentityId, Dictionary<string, string?>? Logins, List<string?>? LoginsToRemove) : IWireInput
{
    public void Check(Constraints on) => on
        .String("identityId", IdentityId, ModelShapes.IdentityId, required: true)
        .Map("logins", Logins, ModelShapes.LoginsMap, required: true)
        .List("loginsToRemove", LoginsToRemove, ModelShapes.LoginsList, required: true);
}

/// <summary>
/// Takes public logins off an identity, for whoever proves one of its logins. A removed login is a new one the next time; an
/// identity that loses its last is disabled for good.
/// </summary>
internal sealed class UnlinkIdentity(PublicCalls calls, LoginVerifier verifier, IdentityUnlinker unlinker)
    : IOperation<UnlinkIdentityInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(UnlinkIdentityInput input, CallContext call, CancellationToken ct)
    {
        var found = await calls.AboutIdentityAsync(input.IdentityId!, call, ct);
        if (found.Error is { } refusal)
        {
            return refusal;
        }

        var (identity, pool) = found.Value!;
        if (pool.DeveloperProviderName is { } developer && input.LoginsToRemove!.Contains(developer))
        {
            return ApiError.InvalidParameter("Please provide a valid public provider");
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

        var proof = VerifiedLogin.LoginsOf(verified.Value!);
        return await unlinker.UnlinkAsync(identity, proof, [.. input.LoginsToRemove!.Select(provider => provider!)], call, ct) switch
        {
            UnlinkOutcome.Done => NoOutput.Instance,
            UnlinkOutcome.Forbidden => LinkErrors.Of(LinkRefusal.Forbidden, input.IdentityId),
            UnlinkOutcome.LoginsDoNotMatch => LinkErrors.Of(LinkRefusal.LoginsDoNotMatch, input.IdentityId),
            UnlinkOutcome.IdentityNotFound => ApiError.IdentityNotFound(input.IdentityId),
            _ => throw new UnreachableException(),
        };
    }
}
