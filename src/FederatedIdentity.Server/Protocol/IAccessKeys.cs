using FederatedIdentity.Domain;

namespace FederatedIdentity.Server.Protocol;

/// <summary>A key that may sign calls: its secret, and who then calls.</summary>
internal sealed record AccessKey(Caller Caller, SecretKey Secret, bool Active)
{
    public string AccessKeyId => Caller.AccessKeyId;
}

/// <summary>Finds access keys as they are now: a key that was rotated or switched off must not be remembered.</summary>
internal interface IAccessKeys
{
    /// <summary>Null when there is no such key. The id is whatever a caller wrote.</summary>
    ValueTask<AccessKey?> FindAsync(string accessKeyId, CancellationToken ct);
}

/// <summary>Opens the session tokens of temporary credentials.</summary>
internal interface ISessionKeys
{
    /// <summary>
    /// The key that a session token was issued with, expired or not; null when no token of ours says so, or not for this access key.
    /// </summary>
    ValueTask<(AccessKey? Key, DateTimeOffset ExpiresAt)> FindAsync(string accessKeyId, string sessionToken, CancellationToken ct);
}
