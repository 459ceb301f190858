namespace FederatedIdentity.Domain.Identities;

/// <summary>The three states of an identity; stored, so the numbers are fixed. None leads back to an earlier one.</summary>
public enum IdentityState : short
{
    /// <summary>Created without logins and never linked: a guest.</summary>
    Unauthenticated = 0,

    /// <summary>Has at least one login.</summary>
    Authenticated = 1,

    /// <summary>Lost its last login, or was merged into another identity. For good.</summary>
    Disabled = 2,
}

/// <summary>
/// One identity with all its logins, as it stood when it was read. <paramref name="Version"/> changes with every change of the
/// identity or of its logins, so a write that names the version it was decided on cannot overwrite a newer one.
/// </summary>
public sealed record Identity(
    IdentityId Id, PoolId Pool, IdentityState State, DateTimeOffset CreatedAt, int Version, IReadOnlyList<Login> Logins)
{
    /// <summary>AWS quota: at most 20 logins on one identity.</summary>
    public const int MaxLogins = 20;

    /// <summary>
    /// How long ago a use was last noted, by the store's own clock, never this server's. Creation counts as use;
    /// <see cref="TimeSpan.MaxValue"/> when not even that was noted.
    /// </summary>
    public TimeSpan Unused { get; init; }

    public bool Owns(Login login) => Logins.Contains(login);

    public bool OwnsAll(IReadOnlyList<Login> logins)
    {
        for (var place = 0; place < logins.Count; place++)
        {
            if (!Owns(logins[place]))
            {
                return false;
            }
        }

        return true;
    }
}
