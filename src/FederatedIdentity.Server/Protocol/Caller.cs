using FederatedIdentity.Server.Sts;

namespace FederatedIdentity.Server.Protocol;

/// <summary>What kind of principal signed a call.</summary>
internal enum CallerKind
{
    /// <summary>The account itself: it may do everything in the account.</summary>
    Root,

    User,

    /// <summary>Somebody who assumed a role.</summary>
    Role,
}

/// <summary>
/// Who signed a call. <paramref name="UserId"/> and <paramref name="Arn"/> are those of GetCallerIdentity; <paramref name="Name"/> is the
/// user's or role's name without path, and the account's id for its root.
/// </summary>
internal sealed record Caller(CallerKind Kind, string AccountId, string Arn, string UserId, string Name)
{
    /// <summary>The key that signed; it is not a secret.</summary>
    public required string AccessKeyId { get; init; }

    /// <summary>What temporary credentials were issued for; null when a long-term key signed.</summary>
    public SessionGrant? Session { get; init; }
}
