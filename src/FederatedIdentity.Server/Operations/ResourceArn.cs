using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.Server.Operations;

/// <summary>
/// The ARN of the one taggable resource, an identity pool. <paramref name="IsOwn"/> is false for a pool of another account or region,
/// which looks the same to a caller as a pool that does not exist.
/// </summary>
internal sealed record ResourceArn(string PoolId, bool IsOwn)
{
    public static readonly ApiError Invalid = ApiError.InvalidParameter("Invalid resource ARN.");

    public const string Separator = ":identitypool/";

    /// <summary>Null when it is no such ARN. A pool id holds a colon itself, so colons are counted up to the account only.</summary>
    public static ResourceArn? Parse(string arn, DeploymentOptions deployment, string callerAccount)
    {
        if (arn.Split(':', 6) is not ["arn", var partition, "cognito-identity", var region, var account, var resource]
            || partition != deployment.Partition || region.Length == 0
            || account.Length != 12 || !account.All(char.IsAsciiDigit)
            || !$":{resource}".StartsWith(Separator, StringComparison.Ordinal))
        {
            return null;
        }

        var poolId = resource[(Separator.Length - 1)..];
        return ModelShapes.IdentityPoolId.Accepts(poolId)
            ? new ResourceArn(poolId, region == deployment.Region && account == callerAccount)
            : null;
    }
}
