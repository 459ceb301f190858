using System.Xml.Linq;
using static FederatedIdentity.Providers.Saml.SamlNames;

namespace FederatedIdentity.Providers.Saml;

/// <summary>
/// What an assertion says, read strictly: exactly one of everything that decides, each text one text, each time a time. Whether it is
/// true for us is for <see cref="AssertionRules"/>.
/// </summary>
internal sealed record SamlAssertion(
    string Issuer,
    SamlNameId NameId,
    DateTimeOffset IssuedAt,
    DateTimeOffset NotBefore,
    DateTimeOffset NotOnOrAfter,
    DateTimeOffset ConfirmBefore,
    string Audience,
    string Recipient,
    DateTimeOffset? SessionEndsAt,
    SamlAttributes Attributes)
{
    private static readonly XName[] Parts =
    [
        Assertion + "Issuer", Signature + "Signature", Assertion + "Subject", Assertion + "Conditions", Assertion + "AuthnStatement",
        Assertion + "AttributeStatement",
    ];

    /// <summary>What cannot be read; null and the assertion when all can.</summary>
    public static string? Read(XElement element, out SamlAssertion? assertion)
    {
        assertion = null;
        if (element.Name != Assertion + "Assertion" || element.Get("Version") != "2.0" || !element.HasOnly(Parts)
            || SamlTime.Read(element.Get("IssueInstant")) is not { } issuedAt
            || Issuers.Read(element) is not { } issuer)
        {
            return "not a SAML 2.0 assertion of known parts";
        }

        if (ReadSubject(element.Only(Assertion + "Subject")) is not var (nameId, recipient, confirmBefore))
        {
            return "not one subject with one bearer confirmation";
        }

        if (ReadConditions(element.Only(Assertion + "Conditions")) is not var (notBefore, notOnOrAfter, audience))
        {
            return "not one set of times and one audience";
        }

        var logins = element.Elements(Assertion + "AuthnStatement").ToArray();
        if (logins.Length == 0 || !logins.All(HasReadableTimes))
        {
            return "no statement of a login";
        }

        if (SamlAttributes.Read(element.Elements(Assertion + "AttributeStatement")) is not { } attributes)
        {
            return "an attribute is not plain text";
        }

        assertion = new SamlAssertion(
            issuer, nameId, issuedAt, notBefore, notOnOrAfter, confirmBefore, audience, recipient,
            logins.Min(login => SamlTime.Read(login.Get("SessionNotOnOrAfter"))), attributes);
        return null;
    }

    private static (SamlNameId, string Recipient, DateTimeOffset ConfirmBefore)? ReadSubject(XElement? subject) =>
        subject is not null
        && subject.HasOnly(Assertion + "NameID", Assertion + "SubjectConfirmation")
        && subject.Only(Assertion + "NameID") is { } name
        && name.Text() is { } value
        && subject.Only(Assertion + "SubjectConfirmation") is { } confirmation
        && confirmation.Get("Method") == Bearer
        && confirmation.HasExactly(Assertion + "SubjectConfirmationData")
        && confirmation.Only(Assertion + "SubjectConfirmationData") is { HasElements: false } details
        && details.Attribute("NotBefore") is null // Profiles 4.1.4.2: a bearer's has none.
        && details.Get("Recipient") is { } recipient
        && SamlTime.Read(details.Get("NotOnOrAfter")) is { } confirmBefore
            ? (new(value, name.Get("Format"), name.Get("NameQualifier"), name.Get("SPNameQualifier")), recipient, confirmBefore)
            : null;

    // A condition that we do not know or cannot keep refuses the assertion (core 2.5.1). OneTimeUse is one: each login presents its
    // assertion at least twice, to GetId and to GetCredentialsForIdentity.
    private static (DateTimeOffset NotBefore, DateTimeOffset NotOnOrAfter, string Audience)? ReadConditions(XElement? conditions) =>
        conditions is not null
        && conditions.HasExactly(Assertion + "AudienceRestriction")
        && conditions.Only(Assertion + "AudienceRestriction") is { } restriction
        && restriction.HasExactly(Assertion + "Audience")
        && restriction.Only(Assertion + "Audience").Text() is { } audience
        && SamlTime.Read(conditions.Get("NotBefore")) is { } notBefore
        && SamlTime.Read(conditions.Get("NotOnOrAfter")) is { } notOnOrAfter
            ? (notBefore, notOnOrAfter, audience)
            : null;

    private static bool HasReadableTimes(XElement login) =>
        SamlTime.Read(login.Get("AuthnInstant")) is not null
        && (login.Attribute("SessionNotOnOrAfter") is not { } end || SamlTime.Read(end.Value) is not null);
}
