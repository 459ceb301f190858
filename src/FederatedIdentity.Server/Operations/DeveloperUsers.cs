using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.Server.Operations;

/// <summary>What the operations on developer users have in common.</summary>
internal static class DeveloperUsers
{
    /// <summary>AWS: a developer user identifier has 1 to 1024 characters.</summary>
    public const int LongestIdentifier = 1024;

    public static readonly ApiError UnsupportedProvider =
        ApiError.InvalidParameter("This identity pool does not support the specified developer provider");

    public static ApiError NotFound(string? identifier) =>
        ApiError.ResourceNotFound($"Developer user identifier '{identifier}' not found.");

    /// <summary>The login of a developer user of this pool, which has a developer provider.</summary>
    public static Login LoginOf(Pool pool, string identifier) => new(LoginKind.Developer, pool.DeveloperProviderName!, identifier);
}
