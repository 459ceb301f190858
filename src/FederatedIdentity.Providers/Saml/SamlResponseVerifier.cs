using System.Xml.Linq;
using static FederatedIdentity.Providers.Saml.SamlNames;

namespace FederatedIdentity.Providers.Saml;

/// <summary>
/// Decides whether a SAML response was signed by a provider, is in force and meant for us, and whom it names. Pure, and never throws,
/// whatever the token is.
/// </summary>
/// <remarks>
/// The order is the defence: the form first, then signatures, and then data is read from the signed bytes alone. Where only the
/// assertion is signed, the response around it can refuse the login and add nothing to it.
/// </remarks>
internal static class SamlResponseVerifier
{
    public static SamlResult Verify(string token, SamlTrust trust, DateTimeOffset now)
    {
        if (trust.Provider.ValidUntil <= now)
        {
            return new SamlResult.Invalid("the metadata is out of date");
        }

        if (SamlToken.Decode(token) is not { } xml || StrictXml.Document(xml) is not { } document)
        {
            return new SamlResult.Invalid("not base64 of plain XML");
        }

        if (ResponseShape.Read(document, out var shape) is { } deformity)
        {
            return new SamlResult.Invalid(deformity);
        }

        if (!TryVerify(shape!, trust, out var response, out var assertion))
        {
            return new SamlResult.Invalid("a signature is not the provider's");
        }

        if (ObjectionToResponse(response ?? StrictXml.Element(xml)!, trust) is { } objection)
        {
            return new SamlResult.Invalid(objection);
        }

        return SamlAssertion.Read(assertion!, out var read) is { } fault ? new SamlResult.Invalid(fault) : Judge(read!, trust, now);
    }

    /// <summary>Every signature there is must be good. The assertion comes from the outermost; an unsigned response stays null.</summary>
    private static bool TryVerify(ResponseShape shape, SamlTrust trust, out XElement? response, out XElement? assertion)
    {
        response = null;
        assertion = null;
        if (shape.ResponseSignature is { } ofResponse)
        {
            response = EnvelopedSignature.Verify(shape.Response, ofResponse, trust.Provider.SigningKeys, trust.Options.AllowSha1);
            if (response is null)
            {
                return false;
            }
        }

        if (shape.AssertionSignature is { } ofAssertion)
        {
            assertion = EnvelopedSignature.Verify(shape.Assertion, ofAssertion, trust.Provider.SigningKeys, trust.Options.AllowSha1);
            if (assertion is null)
            {
                return false;
            }
        }

        assertion = response is null ? assertion : response.Only(Assertion + "Assertion");
        return assertion is not null;
    }

    private static string? ObjectionToResponse(XElement response, SamlTrust trust) =>
        response.Name != Protocol + "Response" || response.Get("Version") != "2.0"
        || !response.HasOnly(Assertion + "Issuer", Signature + "Signature", Protocol + "Status", Assertion + "Assertion")
            ? "not a SAML 2.0 response of known parts"
        : StatusOf(response.Only(Protocol + "Status")) != Success ? "the status is not success"
        : response.Elements(Assertion + "Issuer").Any() && Issuers.Read(response) != trust.Provider.EntityId
            ? "the response's issuer is not the provider"
        : response.Attribute("Destination") is { } destination && !trust.IsRecipient(destination.Value) ? "the destination is not us"
        : null;

    private static string? StatusOf(XElement? status) => status.Only(Protocol + "StatusCode").Get("Value");

    private static SamlResult Judge(SamlAssertion assertion, SamlTrust trust, DateTimeOffset now)
    {
        if (AssertionRules.Objection(assertion, trust, now) is { } objection)
        {
            return new SamlResult.Invalid(objection) { HasExpired = objection == AssertionRules.Expired };
        }

        if (SubjectOf(assertion, trust.Options.TransientSubjectAttribute) is not var (subject, name))
        {
            return new SamlResult.Invalid("a transient NameID, and no attribute that names the user");
        }

        return AssertedSessions.Read(assertion, trust.Provider) is { } session
            ? new SamlResult.Valid(subject, name, assertion.Attributes.ToClaims(name), session)
            : new SamlResult.Invalid("a session attribute of AWS is malformed");
    }

    private static (string Subject, string Name)? SubjectOf(SamlAssertion assertion, string? attribute) =>
        !assertion.NameId.IsTransient ? (assertion.NameId.Subject(), assertion.NameId.Value)
        : attribute is not null && assertion.Attributes[attribute] is [var user] && SamlNameId.IsSubjectText(user)
            ? (SamlNameId.SubjectOf(attribute, user), user)
        : null;
}
