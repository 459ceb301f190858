using FederatedIdentity.Domain.Logins;

namespace FederatedIdentity.Providers.Saml;

/// <summary>What the verifier found.</summary>
internal abstract record SamlResult
{
    private SamlResult() { }

    /// <summary>
    /// <paramref name="Subject"/> is unique within the provider; <paramref name="NameId"/> is what the provider calls the user.
    /// </summary>
    public sealed record Valid(string Subject, string NameId, LoginClaims Claims, AssertedSession Session) : SamlResult;

    /// <summary><paramref name="Detail"/> is for the log and holds nothing of the response.</summary>
    public sealed record Invalid(string Detail) : SamlResult
    {
        /// <summary>Whether time alone speaks against it.</summary>
        public bool HasExpired { get; init; }
    }
}
