using FederatedIdentity.Domain;

namespace FederatedIdentity.Server.Protocol;

/// <summary>An account's access key. Its secret signs, its ARN says who then called.</summary>
internal sealed record AccessKey(string AccessKeyId, string AccountId, string CallerArn, SecretKey Secret, bool Active);

/// <summary>Finds access keys as they are now: a key that was rotated or switched off must not be remembered.</summary>
internal interface IAccessKeys
{
    /// <summary>Null when there is no such key. The id is whatever a caller wrote.</summary>
    ValueTask<AccessKey?> FindAsync(string accessKeyId, CancellationToken ct);
}
