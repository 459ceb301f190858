namespace FederatedIdentity.Domain.Identities;

/// <summary>Who vouches for a login; stored, so the numbers are fixed.</summary>
public enum LoginKind : short
{
    /// <summary>A provider whose token we verified; an identity holds at most one login of each.</summary>
    Public = 0,

    /// <summary>The pool owner's own backend; an identity may hold several of its users.</summary>
    Developer = 1,
}

/// <summary>
/// One user of one login provider within a pool. <paramref name="Provider"/> is the key of the Logins map as configured,
/// <paramref name="Subject"/> the provider's stable user id; both are compared ordinally, never trimmed or normalised.
/// </summary>
public sealed record Login(LoginKind Kind, string Provider, string Subject)
{
    /// <summary>The order in which every writer touches logins, so that two writers cannot wait for each other.</summary>
    public static readonly Comparer<Login> WriteOrder = Comparer<Login>.Create((a, b) =>
        a.Kind != b.Kind ? a.Kind.CompareTo(b.Kind)
        : string.CompareOrdinal(a.Provider, b.Provider) is var byProvider and not 0 ? byProvider
        : string.CompareOrdinal(a.Subject, b.Subject));
}
