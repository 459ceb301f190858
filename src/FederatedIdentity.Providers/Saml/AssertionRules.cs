using FederatedIdentity.Providers.Engines;

namespace FederatedIdentity.Providers.Saml;

/// <summary>Whether a signed assertion is from the right provider, meant for us, and in force. Pure: no clock, no network.</summary>
internal static class AssertionRules
{
    /// <summary>The objection to what was good once.</summary>
    public const string Expired = "expired";

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(IdTokenRules.Grace);
    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(25); // As for ID tokens.

    /// <summary>What speaks against the assertion; null if nothing does.</summary>
    public static string? Objection(SamlAssertion assertion, SamlTrust trust, DateTimeOffset now) =>
        assertion.Issuer != trust.Provider.EntityId ? "the issuer is not the provider"
        : !trust.IsAudience(assertion.Audience) ? "the audience is not us"
        : !trust.IsRecipient(assertion.Recipient) ? "the recipient is not us"
        : ObjectionToTimes(assertion, now) ?? ObjectionToSubject(assertion.NameId);

    private static string? ObjectionToTimes(SamlAssertion assertion, DateTimeOffset now)
    {
        var (earliest, latest) = (now - Grace, now + Grace);
        return assertion.IssuedAt > latest ? "issued in the future"
            : assertion.NotBefore > latest ? "not valid yet"
            : assertion.NotOnOrAfter <= earliest || assertion.ConfirmBefore <= earliest ? Expired
            : assertion.NotOnOrAfter <= assertion.NotBefore ? "never valid"
            : assertion.NotOnOrAfter - assertion.IssuedAt > LongestLife || assertion.ConfirmBefore - assertion.IssuedAt > LongestLife
                ? "lives longer than 25 hours"
            : assertion.SessionEndsAt <= now ? "the provider's session has ended" // Without grace: ours would end with it.
            : null;
    }

    private static string? ObjectionToSubject(SamlNameId nameId) =>
        nameId.ShortFormat is null ? "unknown format of the NameID"
        : SamlNameId.IsSubjectText(nameId.Value) ? null
        : "the NameID is no user id";
}
