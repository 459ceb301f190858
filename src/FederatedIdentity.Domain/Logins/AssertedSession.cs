namespace FederatedIdentity.Domain.Logins;

/// <summary>
/// What a SAML assertion says about the session that it may be traded for. <paramref name="Roles"/> are role ARNs, in the assertion's
/// order, that name the very provider that signed it; <paramref name="Name"/> is <c>RoleSessionName</c>; <paramref name="EndsAt"/> is the
/// end that the provider sets to its own session and so to ours.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html</remarks>
public sealed record AssertedSession(
    IReadOnlyList<string> Roles,
    string? Name,
    TimeSpan? Duration,
    DateTimeOffset? EndsAt,
    IReadOnlyDictionary<string, string> PrincipalTags,
    IReadOnlyList<string> TransitiveTagKeys,
    string? SourceIdentity)
{
    /// <summary>Whom the assertion is about, as STS answers it and policies ask for it.</summary>
    public required AssertedSubject Subject { get; init; }
}

/// <summary>
/// The subject of a SAML assertion in the assertion's own words. <paramref name="Format"/> is the format of <paramref name="NameId"/> as
/// the assertion names it; <paramref name="Recipient"/> is the address that the assertion was made out to.
/// </summary>
public sealed record AssertedSubject(string NameId, string Format, string Issuer, string Recipient);
