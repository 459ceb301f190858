using System.Xml.Linq;

namespace FederatedIdentity.Providers.Saml;

/// <summary>The namespaces and identifiers of SAML 2.0 and XML signatures that we read; anything else is a stranger.</summary>
internal static class SamlNames
{
    public const string XmlnsUri = "http://www.w3.org/2000/xmlns/";
    public const string ProtocolUri = "urn:oasis:names:tc:SAML:2.0:protocol";
    public const string AssertionUri = "urn:oasis:names:tc:SAML:2.0:assertion";
    public const string SignatureUri = "http://www.w3.org/2000/09/xmldsig#";

    public const string Success = "urn:oasis:names:tc:SAML:2.0:status:Success";
    public const string Bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

    public const string EnvelopedTransform = SignatureUri + "enveloped-signature";
    public const string ExclusiveCanonicalization = "http://www.w3.org/2001/10/xml-exc-c14n#";

    public static readonly XNamespace Protocol = ProtocolUri;
    public static readonly XNamespace Assertion = AssertionUri;
    public static readonly XNamespace Signature = SignatureUri;
    public static readonly XNamespace Metadata = "urn:oasis:names:tc:SAML:2.0:metadata";
    public static readonly XNamespace Exclusive = ExclusiveCanonicalization;
}
