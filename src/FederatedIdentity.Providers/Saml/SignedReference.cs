using System.Security.Cryptography;
using System.Xml;
using System.Xml.Linq;
using static FederatedIdentity.Providers.Saml.SamlNames;

namespace FederatedIdentity.Providers.Saml;

/// <summary>
/// What a SignedInfo says: which algorithm signs it, and the digest of the one element that it refers to. Everything that SAML's
/// signature profile does not need is refused: other transforms, other references, parameters of algorithms.
/// </summary>
/// <remarks>SAML core 5.4: one reference, to the ID of the signature's parent; enveloped-signature and exclusive c14n.</remarks>
internal sealed record SignedReference(
    XmlSignatureAlgorithm Algorithm, string ElementId, string? InclusivePrefixes, HashAlgorithmName DigestAlgorithm, byte[] Digest)
{
    /// <summary>Null for anything that deviates from the profile.</summary>
    public static SignedReference? Read(XElement signedInfo, bool allowSha1)
    {
        if (signedInfo.Name != Signature + "SignedInfo"
            || !signedInfo.HasExactly(Signature + "CanonicalizationMethod", Signature + "SignatureMethod", Signature + "Reference")
            || !IsExclusive(signedInfo.Only(Signature + "CanonicalizationMethod")!, out _)
            || signedInfo.Only(Signature + "SignatureMethod") is not { HasElements: false } method
            || XmlSignatureAlgorithm.Find(method.Get("Algorithm"), allowSha1) is not { } algorithm)
        {
            return null;
        }

        var reference = signedInfo.Only(Signature + "Reference")!;
        return reference.HasExactly(Signature + "Transforms", Signature + "DigestMethod", Signature + "DigestValue")
            && reference.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration).Select(attribute => attribute.Name) is var names
            && names.SequenceEqual(["URI"])
            && reference.Get("URI") is ['#', _, ..] uri
            && HasProfileTransforms(reference.Only(Signature + "Transforms")!, out var prefixes)
            && reference.Only(Signature + "DigestMethod") is { HasElements: false } digestMethod
            && XmlSignatureAlgorithm.FindDigest(digestMethod.Get("Algorithm"), allowSha1) is { } digestAlgorithm
            && XmlBase64.Decode(reference.Only(Signature + "DigestValue").Text()) is { } digest
            ? new SignedReference(algorithm, uri[1..], prefixes, digestAlgorithm, digest)
            : null;
    }

    private static bool HasProfileTransforms(XElement transforms, out string? prefixes)
    {
        prefixes = null;
        return transforms.HasExactly(Signature + "Transform", Signature + "Transform")
            && transforms.Elements().First() is { HasElements: false } enveloped
            && enveloped.Get("Algorithm") == EnvelopedTransform
            && IsExclusive(transforms.Elements().Last(), out prefixes);
    }

    private static bool IsExclusive(XElement method, out string? prefixes)
    {
        prefixes = method.Only(Exclusive + "InclusiveNamespaces").Get("PrefixList");
        return method.Get("Algorithm") == ExclusiveCanonicalization
            && method.HasOnly(Exclusive + "InclusiveNamespaces")
            && (prefixes is null ? !method.HasElements : IsPrefixList(prefixes));
    }

    /// <summary>Whether a text is a list of prefixes that canonicalization can be asked for.</summary>
    public static bool IsPrefixList(string prefixes) => prefixes
        .Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)
        .All(prefix => prefix == "#default" || (prefix != "xmlns" && prefix.All(XmlConvert.IsNCNameChar)));
}
