using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Logins;

namespace FederatedIdentity.Server.Operations;

/// <summary>
/// One entry of a Logins map that its provider vouches for. <paramref name="Amr"/> goes into our token beside the provider's key.
/// </summary>
internal sealed record VerifiedLogin(Login Login, string Amr, LoginClaims Claims)
{
    public static Login[] LoginsOf(VerifiedLogin[] verified) => Array.ConvertAll(verified, one => one.Login);
}
