using FederatedIdentity.Server.Hosting;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Iam;

/// <summary>Decides by policies whether the caller of a signed operation may do what it asks.</summary>
internal sealed class Authorizer(IOptions<DeploymentOptions> deployment)
{
    /// <summary>Null when the caller may.</summary>
    public ValueTask<ApiError?> RefusalAsync(string service, string operation, IWireInput input, CallContext call, CancellationToken ct)
    {
        var caller = call.Caller!;
        if (caller.Kind == CallerKind.Root && caller.Session is null)
        {
            return new((ApiError?)null);
        }

        var resource = input.ActsOn(deployment.Value, caller.AccountId).Resource;
        return new(ApiError.AccessDenied(
            $"User: {caller.Arn} is not authorized to perform: {service}:{operation} on resource: {resource} "
            + $"because no identity-based policy allows the {service}:{operation} action"));
    }
}
