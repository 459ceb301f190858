using FederatedIdentity.Domain.Logins;

namespace FederatedIdentity.Domain.Pools;

/// <summary>
/// One verified login of a call that wants a role. <paramref name="Mapping"/> is the pool's for its provider, if any;
/// <paramref name="AssertedRoles"/> are the roles that a SAML assertion names, empty for every other login.
/// </summary>
public sealed record RoleCandidate(
    string LoginKey, LoginClaims Claims, RoleMapping? Mapping, IReadOnlyList<string> AssertedRoles)
{
    /// <summary>See <see cref="LoginVerdict.Verified.NamesRoles"/>.</summary>
    public bool NamesRoles { get; init; }
}

/// <summary>The default roles of a pool.</summary>
public sealed record DefaultRoles(string? Authenticated, string? Unauthenticated);

/// <summary>Which role an identity's credentials are for.</summary>
public abstract record RoleChoice
{
    private RoleChoice() { }

    public sealed record Role(string Arn) : RoleChoice;

    /// <summary>The pool has no role for this case.</summary>
    public sealed record NotConfigured : RoleChoice;

    /// <summary>The caller asked for a role that no login of the call entitles to.</summary>
    public sealed record Forbidden(string Arn) : RoleChoice;

    /// <summary>The claims do not come down to one role, and the mapping of <paramref name="LoginKey"/> denies that.</summary>
    public sealed record Ambiguous(string LoginKey) : RoleChoice;

    /// <summary>Steps 3 to 5 of COGNITO-IDENTITY 3.8. <paramref name="logins"/> are in request order, none for a guest.</summary>
    /// <remarks>
    /// With several logins: the first that comes down to a role decides; logins without a mapping only count when no other login
    /// has one. A role that was asked for must be offered by some login. Where nothing can be ambiguous the pool's default role may
    /// be asked for by name, and no other. Several roles in a SAML assertion, of which none was asked for, are ambiguous and denied.
    /// </remarks>
    public static RoleChoice Choose(IReadOnlyList<RoleCandidate> logins, DefaultRoles defaults, string? customRoleArn)
    {
        if (logins.Count == 0)
        {
            return Default(defaults.Unauthenticated); // A role that a guest asks for has no meaning.
        }

        (RoleCandidate Login, RoleOffer Offer)[] offers =
        [
            .. from login in logins
               where login.Mapping is not null || login.AssertedRoles.Count > 0
               select (login, OfferOf(login)),
        ];

        if (customRoleArn is not null)
        {
            var offered = offers.Length == 0
                ? customRoleArn == defaults.Authenticated
                : offers.Any(entry => entry.Offer.Choices.Contains(customRoleArn, StringComparer.Ordinal));
            return offered ? new Role(customRoleArn) : new Forbidden(customRoleArn);
        }

        if (offers.Select(entry => entry.Offer.Role).FirstOrDefault(role => role is not null) is { } chosen)
        {
            return new Role(chosen);
        }

        var denying = offers.FirstOrDefault(entry => entry.Login.Mapping is not { Ambiguous: AmbiguousRoleResolution.AuthenticatedRole });
        return denying.Login is { } denied ? new Ambiguous(denied.LoginKey) : Default(defaults.Authenticated);
    }

    private static RoleChoice Default(string? arn) => arn is null ? new NotConfigured() : new Role(arn);

    private static RoleOffer OfferOf(RoleCandidate login) =>
        login.Mapping?.Offer(login.Claims, login.NamesRoles)
        ?? new RoleOffer(login.AssertedRoles is [var only] ? only : null, login.AssertedRoles);
}
