using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.Xml;
using System.Text;
using System.Xml;

namespace FederatedIdentity.Tests.Shared;

/// <summary>
/// How a signature is made; the defaults are SAML's own profile. The SignedInfo is written canonically, so it is what is signed.
/// </summary>
internal sealed record SignatureProfile
{
    public const string Exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
    public const string Enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

    public string Method { get; init; } = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

    public string Digest { get; init; } = "http://www.w3.org/2001/04/xmlenc#sha256";

    public string? Prefixes { get; init; }

    public string KeyInfo { get; init; } = "";

    public Func<string, string> Edit { get; init; } = signedInfo => signedInfo;

    public Func<byte[], byte[]>? SignWith { get; init; }
}

/// <summary>
/// Writes and signs SAML responses by hand, with XML canonicalized along another path than the product takes. Edit the texts before
/// signing to play a careless provider, after it to play a thief.
/// </summary>
internal sealed class SamlForge(SamlKey key, DateTimeOffset now)
{
    public const string AssertionId = "_assertion";
    public const string ResponseId = "_response";

    public string Assertion(string user = "alice", string id = AssertionId) => $"""
        <saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{id}" Version="2.0" IssueInstant="{At(0)}">
        <saml:Issuer>{SamlKey.EntityId}</saml:Issuer>
        <saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{user}</saml:NameID>
        <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
        <saml:SubjectConfirmationData NotOnOrAfter="{At(300)}" Recipient="https://signin.aws.amazon.com/saml"/></saml:SubjectConfirmation></saml:Subject>
        <saml:Conditions NotBefore="{At(0)}" NotOnOrAfter="{At(300)}">
        <saml:AudienceRestriction><saml:Audience>urn:amazon:webservices</saml:Audience></saml:AudienceRestriction></saml:Conditions>
        <saml:AuthnStatement AuthnInstant="{At(0)}" SessionIndex="_s"><saml:AuthnContext>
        <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>
        </saml:AuthnContext></saml:AuthnStatement>
        <saml:AttributeStatement>
        <saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/Role">
        <saml:AttributeValue>arn:aws:iam::000000000000:role/a,arn:aws:iam::000000000000:saml-provider/p</saml:AttributeValue></saml:Attribute>
        <saml:Attribute Name="department"><saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema"
            xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">eng &amp; ops</saml:AttributeValue></saml:Attribute>
        </saml:AttributeStatement></saml:Assertion>
        """;

    public string Response(string content) => $"""
        <samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="{ResponseId}" Version="2.0"
            IssueInstant="{At(0)}" Destination="https://signin.aws.amazon.com/saml">
        <saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">{SamlKey.EntityId}</saml:Issuer>
        <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>{content}</samlp:Response>
        """;

    /// <summary>A response whose assertion alone is signed; both can be edited before that.</summary>
    public string Genuine(
        Func<string, string>? assertion = null,
        Func<string, string>? response = null,
        SignatureProfile? profile = null,
        string user = "alice") =>
        (response ?? (text => text))(Response(Sign((assertion ?? (text => text))(Assertion(user)), AssertionId, profile)));

    /// <summary>The document with a signature behind the Issuer of the element that has the id.</summary>
    public string Sign(string xml, string id, SignatureProfile? profile = null)
    {
        profile ??= new SignatureProfile();
        var document = new XmlDocument { PreserveWhitespace = true };
        document.LoadXml(xml);
        var element = document.SelectNodes("//*")!.OfType<XmlElement>().First(candidate => candidate.GetAttribute("ID") == id);
        var signedInfo = profile.Edit(SignedInfo(element, id, profile));
        var value = (profile.SignWith ?? (bytes => key.Sign(bytes, profile.Method)))(Encoding.UTF8.GetBytes(signedInfo));
        var signature = document.CreateDocumentFragment();
        signature.InnerXml = $"""
            <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">{signedInfo}
            <ds:SignatureValue>{Convert.ToBase64String(value)}</ds:SignatureValue>{profile.KeyInfo}</ds:Signature>
            """.Trim();
        element.InsertAfter(signature, element.ChildNodes.OfType<XmlElement>().First());
        return document.OuterXml;
    }

    public static string Token(string xml) => Convert.ToBase64String(Encoding.UTF8.GetBytes(xml));

    public string At(double seconds) => now.AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string SignedInfo(XmlElement element, string id, SignatureProfile profile)
    {
        var prefixes = profile.Prefixes is null
            ? ""
            : $"<ec:InclusiveNamespaces xmlns:ec=\"{SignatureProfile.Exclusive}\" PrefixList=\"{profile.Prefixes}\"></ec:InclusiveNamespaces>";
        var digest = CryptographicOperations.HashData(
            new HashAlgorithmName(profile.Digest[profile.Digest.LastIndexOf("sha", StringComparison.Ordinal)..].ToUpperInvariant()),
            Canonical(element, profile.Prefixes));
        return $"""
            <ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
            <ds:CanonicalizationMethod Algorithm="{SignatureProfile.Exclusive}"></ds:CanonicalizationMethod>
            <ds:SignatureMethod Algorithm="{profile.Method}"></ds:SignatureMethod>
            <ds:Reference URI="#{id}"><ds:Transforms>
            <ds:Transform Algorithm="{SignatureProfile.Enveloped}"></ds:Transform>
            <ds:Transform Algorithm="{SignatureProfile.Exclusive}">{prefixes}</ds:Transform>
            </ds:Transforms>
            <ds:DigestMethod Algorithm="{profile.Digest}"></ds:DigestMethod>
            <ds:DigestValue>{Convert.ToBase64String(digest)}</ds:DigestValue></ds:Reference></ds:SignedInfo>
            """.Trim();
    }

    private static byte[] Canonical(XmlElement element, string? prefixes)
    {
        var transform = new XmlDsigExcC14NTransform(includeComments: false, prefixes);
        transform.LoadInput(element.SelectNodes(
            "descendant-or-self::node() | descendant-or-self::*/@* | descendant-or-self::*/namespace::*")!);
        return ((MemoryStream)transform.GetOutput(typeof(Stream))).ToArray();
    }
}
