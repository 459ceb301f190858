using System.Security.Cryptography;
using System.Xml;
using System.Xml.Linq;

namespace FederatedIdentity.Providers.Saml;

/// <summary>
/// Verifies the signature that an element carries, with the given keys alone; KeyInfo is not looked at. What comes out is made of the
/// very bytes that were signed, so whoever reads only from it cannot be shown anything else.
/// </summary>
/// <remarks>
/// Not by SignedXml: it looks algorithms, transforms and ids up as the message says, and it says only that something was signed.
/// </remarks>
internal static class EnvelopedSignature
{
    /// <summary>The signed element without its signature; null if the signature is not good.</summary>
    public static XElement? Verify(XmlElement parent, XmlElement signature, IReadOnlyList<byte[]> signingKeys, bool allowSha1)
    {
        if (Parts(signature) is not var (signedInfo, value)
            || SignedBytes(signedInfo) is not { } signed
            || Parse(signed) is not { } statement
            || SignedReference.Read(statement, allowSha1) is not { } reference
            || !reference.Algorithm.Verify(signingKeys, signed, value)
            || reference.ElementId != parent.GetAttribute("ID"))
        {
            return null;
        }

        var content = ExclusiveCanonicalXml.Of(parent, without: signature, reference.InclusivePrefixes);
        var digest = CryptographicOperations.HashData(reference.DigestAlgorithm, content);
        return CryptographicOperations.FixedTimeEquals(digest, reference.Digest) ? Parse(content) : null;
    }

    /// <summary>SignedInfo and the value; null if the signature holds anything else but a KeyInfo at its end.</summary>
    private static (XmlElement SignedInfo, byte[] Value)? Parts(XmlElement signature)
    {
        var children = signature.ChildNodes.OfType<XmlElement>().ToArray();
        return children is [var signedInfo, var value, ..]
            && Is(signedInfo, "SignedInfo")
            && Is(value, "SignatureValue")
            && (children.Length == 2 || (children.Length == 3 && Is(children[2], "KeyInfo")))
            && value.ChildNodes is { Count: 1 } text
            && XmlBase64.Decode(text[0]!.Value) is { } bytes
            ? (signedInfo, bytes)
            : null;
    }

    private static bool Is(XmlElement element, string name) => element.LocalName == name && element.NamespaceURI == SamlNames.SignatureUri;

    // The prefix list is taken on trust to get at the bytes; once they verify, SignedReference reads the method again from them.
    private static byte[]? SignedBytes(XmlElement signedInfo)
    {
        var parameters = signedInfo.ChildNodes.OfType<XmlElement>().FirstOrDefault()?.ChildNodes.OfType<XmlElement>().FirstOrDefault();
        var prefixes = parameters?.GetAttribute("PrefixList");
        return prefixes is null || SignedReference.IsPrefixList(prefixes)
            ? ExclusiveCanonicalXml.Of(signedInfo, without: null, prefixes)
            : null;
    }

    private static XElement? Parse(byte[] canonical) => StrictXml.Text(canonical) is { } text ? StrictXml.Element(text) : null;
}
