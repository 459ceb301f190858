using System.Globalization;

namespace FederatedIdentity.Domain.Logins;

/// <summary>The sentences with which the real service refuses a login token, to the letter (no final period where it has none).</summary>
public static class LoginSentences
{
    public const string NotAnIdToken = "Invalid login token. Not a valid OpenId Connect identity token.";
    public const string CognitoToken = "Invalid login token. Can't pass in a Cognito token.";
    public const string NotACognitoToken = "Invalid login token. Not a Cognito token.";
    public const string IssuerMismatch = "Invalid login token. Issuer doesn't match providerName";
    public const string Unverified = "Invalid login token. Couldn't verify signed token.";
    public const string SamlUnverified = "Invalid login token. SAML assertion could not be verified.";
    public const string UnsupportedProvider = "Token is not from a supported provider of this identity pool.";

    /// <summary>The token is genuine, and its user pool does not stand by its user any more.</summary>
    public const string Inactive = "Token is inactive";

    /// <summary>For refusals the real service has no known sentence of its own for.</summary>
    public const string Invalid = "Invalid login token.";

    public static string MissingClaim(string claim) => $"Invalid login token. Missing a required claim: {claim}";

    /// <summary>Epoch seconds; the first number already has the grace taken off, as the real service prints it.</summary>
    public static string Expired(long nowLessGrace, long expiry) =>
        string.Create(CultureInfo.InvariantCulture, $"Invalid login token. Token expired: {nowLessGrace} >= {expiry}");
}
