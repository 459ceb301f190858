using FederatedIdentity.Domain.Policies;

namespace FederatedIdentity.Server.Sts;

/// <summary>
/// Somebody who wants to assume a role. Who it is has been proven; whether the role wants them is decided by
/// <see cref="RoleSessions"/>. <paramref name="Action"/> is the STS action that the trust policy must allow.
/// </summary>
internal sealed record RoleWish(string RoleArn, string Action, PolicyPrincipal Principal, string SessionName)
{
    public long DurationSeconds { get; init; } = 3600;

    /// <summary>The condition keys of who asks, such as <c>cognito-identity.amazonaws.com:aud</c>.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Keys { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<string> TransitiveTagKeys { get; init; } = [];

    public string? SourceIdentity { get; init; }

    /// <summary>A session policy as it was given; it narrows the session.</summary>
    public string? Policy { get; init; }

    /// <summary>Whether the session is a guest's of the enhanced flow.</summary>
    public bool IsGuest { get; init; }

    /// <summary>The keys of <see cref="Keys"/> that policies of the session may ask for as well.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Federation { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>An end that the identity provider sets to its own session, and so to ours.</summary>
    public DateTimeOffset? EndsAt { get; init; }
}

/// <summary>Temporary credentials for a role, and what the answer says about them.</summary>
internal sealed record RoleSession(SessionGrant Grant, string SessionToken, string Arn, string AssumedRoleId, int? PackedPolicySize);
