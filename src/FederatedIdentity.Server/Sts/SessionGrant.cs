using FederatedIdentity.Domain;

namespace FederatedIdentity.Server.Sts;

/// <summary>
/// Whom temporary credentials stand for, and what narrows them. <paramref name="Kind"/> is <see cref="CallerKind.Role"/>, or whose
/// session GetSessionToken gave; <paramref name="Name"/> is the role's or user's without path, the account's id for its root;
/// <paramref name="Path"/> begins and ends with a slash; <paramref name="PrincipalId"/> is AROA… or AIDA…, or the account's id.
/// </summary>
internal sealed record SessionDraft(CallerKind Kind, string AccountId, string Name, string Path, string PrincipalId)
{
    /// <summary>Of a role's session.</summary>
    public string? SessionName { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<string> TransitiveTagKeys { get; init; } = [];

    public string? SourceIdentity { get; init; }

    /// <summary>Session policies, each of which must allow what the bearer does.</summary>
    public IReadOnlyList<string> Policies { get; init; } = [];

    /// <summary>Whether the bearer is a guest of the enhanced flow, whose session is scoped down (COGNITO-IDENTITY 3.9).</summary>
    public bool IsGuest { get; init; }

    /// <summary>Condition keys that the session keeps from its web identity, such as <c>cognito-identity.amazonaws.com:sub</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Federation { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}

/// <summary>
/// Temporary credentials and whom they stand for. All of it travels sealed in their session token, so it holds what any replica needs
/// to verify them and to authorise their bearer.
/// </summary>
internal sealed record SessionGrant(
    string AccessKeyId, SecretKey Secret, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt, SessionDraft Session);
