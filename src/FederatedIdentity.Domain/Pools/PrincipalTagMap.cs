namespace FederatedIdentity.Domain.Pools;

/// <summary>
/// Which claims of a provider's logins become principal tags: <paramref name="Tags"/> is tag key to claim name, and counts for
/// nothing while <paramref name="UseDefaults"/> is set. A provider without a map gives no tags at all.
/// </summary>
public sealed record PrincipalTagMap(bool UseDefaults, IReadOnlyDictionary<string, string> Tags);
