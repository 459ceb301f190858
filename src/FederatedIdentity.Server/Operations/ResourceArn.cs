using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.Server.Operations;

/// <summary>The ARN of the one taggable resource: an identity pool of this region.</summary>
internal static class ResourceArn
{
    public static readonly ApiError Invalid = ApiError.InvalidParameter("Invalid resource ARN.");

    private const int AccountIdLength = 12;
    private const string Separator = ":identitypool/";

    /// <summary>
    /// The pool's id; an id that nobody has when the ARN names another account than the caller's, so that it looks the same as an
    /// unknown pool; null when it is no such ARN. The id itself holds a colon, so this does not count colons.
    /// </summary>
    public static string? PoolIdOf(string arn, DeploymentOptions deployment, string callerAccount)
    {
        var prefix = $"arn:{deployment.Partition}:cognito-identity:{deployment.Region}:";
        if (!arn.StartsWith(prefix, StringComparison.Ordinal) || arn.Length <= prefix.Length + AccountIdLength + Separator.Length)
        {
            return null;
        }

        var account = arn.AsSpan(prefix.Length, AccountIdLength);
        var rest = arn.AsSpan(prefix.Length + AccountIdLength);
        var poolId = rest[Separator.Length..].ToString();
        if (account.ContainsAnyExceptInRange('0', '9') || !rest.StartsWith(Separator, StringComparison.Ordinal)
            || !ModelShapes.IdentityPoolId.Accepts(poolId))
        {
            return null;
        }

        return account.SequenceEqual(callerAccount) ? poolId : "";
    }
}
