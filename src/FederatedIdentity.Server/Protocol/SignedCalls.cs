using FederatedIdentity.Server.Throttling;

namespace FederatedIdentity.Server.Protocol;

/// <summary>Says which signed calls may go on: those that the caller's policies allow and its account's budget still covers.</summary>
internal sealed class SignedCalls(Authorizer authorizer, RateLimits limits)
{
    /// <summary>Null when the call may go on; a public one always may, and pays when it is known what it is about.</summary>
    public async ValueTask<ApiError?> RefusalAsync(Access access, string service, IWireInput input, CallContext call, CancellationToken ct)
    {
        if (access == Access.Public)
        {
            return null;
        }

        return access == Access.Signed && await authorizer.RefusalAsync(service, call.Operation!, input, call, ct) is { } denied
            ? await limits.OfTurnedAwayAsync(call, ct) ?? denied
            : await limits.OfCallerAsync(call, ct);
    }
}
