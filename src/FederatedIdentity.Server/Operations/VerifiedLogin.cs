using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Logins;

namespace FederatedIdentity.Server.Operations;

/// <summary>
/// One entry of a Logins map that its provider vouches for. <paramref name="Amr"/> goes into our token beside the provider's key.
/// </summary>
internal sealed record VerifiedLogin(Login Login, string Amr, LoginClaims Claims)
{
    /// <summary>See <see cref="LoginVerdict.Verified.NamesRoles"/>.</summary>
    public bool NamesRoles { get; init; }

    /// <summary>See <see cref="LoginVerdict.Verified.Session"/>.</summary>
    public AssertedSession? Session { get; init; }

    public static VerifiedLogin Of(LoginVerdict.Verified verdict) =>
        new(verdict.Login, verdict.Amr, verdict.Claims) { NamesRoles = verdict.NamesRoles, Session = verdict.Session };

    public static Login[] LoginsOf(VerifiedLogin[] verified) => Array.ConvertAll(verified, one => one.Login);
}
