using FederatedIdentity.Domain;

namespace FederatedIdentity.Server.Sts;

/// <summary>
/// What temporary credentials were issued for. It travels sealed in their session token, so it holds all that any replica needs to
/// verify them and to authorise their bearer.
/// </summary>
internal sealed record SessionGrant
{
    public required string AccessKeyId { get; init; }

    public required SecretKey Secret { get; init; }

    /// <summary><see cref="CallerKind.Role"/>, or whose session GetSessionToken gave.</summary>
    public required CallerKind Kind { get; init; }

    public required string AccountId { get; init; }

    /// <summary>Of the role or user, without path; the account's id for its root.</summary>
    public required string Name { get; init; }

    /// <summary>AROA… or AIDA…; the account's id for its root.</summary>
    public required string PrincipalId { get; init; }

    /// <summary>Of a role's session.</summary>
    public string? SessionName { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

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
