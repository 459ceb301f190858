using FederatedIdentity.Domain.Identities;

namespace FederatedIdentity.Domain.Logins;

/// <summary>What a provider says of one login token.</summary>
public abstract record LoginVerdict
{
    private LoginVerdict() { }

    /// <summary>
    /// The token is genuine, current and meant for this pool. <paramref name="Amr"/> is the second of the pair that our own token
    /// lists for this login, such as <c>accounts.google.com:&lt;client id&gt;:&lt;sub&gt;</c>; the first is the provider's key.
    /// </summary>
    public sealed record Verified(Login Login, string Amr, LoginClaims Claims) : LoginVerdict
    {
        /// <summary>Whether <c>cognito:roles</c> and <c>cognito:preferred_role</c> of the claims may choose a role: user pools alone.</summary>
        public bool NamesRoles { get; init; }

        /// <summary>What a SAML assertion grants beyond the login; null for every other login.</summary>
        public AssertedSession? Session { get; init; }
    }

    /// <summary>
    /// The token opens nothing here. <paramref name="Sentence"/> is for the client (one of <see cref="LoginSentences"/>),
    /// <paramref name="Detail"/> for the log; neither holds any part of the token.
    /// </summary>
    public sealed record Rejected(string Sentence, string Detail) : LoginVerdict
    {
        /// <summary>Whether it would have been good at an earlier time; set where the sentence does not say so.</summary>
        public bool HasExpired { get; init; }
    }

    /// <summary>The provider could not be asked, which says nothing about the token. <paramref name="Detail"/> is for the log.</summary>
    public sealed record Unreachable(string Detail) : LoginVerdict;
}
