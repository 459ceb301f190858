using System.Xml;

namespace FederatedIdentity.Providers.Saml;

/// <summary>
/// A SAML response in the only form that we read: one assertion, directly below the root; signatures only where they sign their
/// parent, at least one; no encryption; no id twice. Names count in any namespace here, so a look-alike refuses the whole.
/// </summary>
/// <remarks>Nothing of it is verified. The elements exist to find the signatures; data is read from what these cover.</remarks>
internal sealed record ResponseShape(
    XmlElement Response, XmlElement? ResponseSignature, XmlElement Assertion, XmlElement? AssertionSignature)
{
    // Where wrapped and encrypted content hides. A ds:Object inside a signature is never part of a SAML message.
    private static readonly HashSet<string> Forbidden = new(StringComparer.OrdinalIgnoreCase)
    {
        "Object", "Manifest", "EncryptedAssertion", "EncryptedID", "NewEncryptedID", "EncryptedAttribute", "EncryptedData", "EncryptedKey",
    };

    /// <summary>What is wrong with the form; null and the shape when nothing is.</summary>
    public static string? Read(XmlDocument document, out ResponseShape? shape)
    {
        shape = null;
        if (document.DocumentElement is not { } root || !Is(root, "Response", SamlNames.ProtocolUri))
        {
            return "not a response";
        }

        var all = Descendants(root).ToArray();
        if (all.Any(element => Forbidden.Contains(element.LocalName) || Named(element, "Response")))
        {
            return "an element that never belongs into a response";
        }

        if (all.Where(element => Named(element, "Assertion")).ToArray() is not [var assertion]
            || assertion.ParentNode != root
            || !Is(assertion, "Assertion", SamlNames.AssertionUri))
        {
            return "not exactly one assertion below the root";
        }

        var (ofResponse, ofAssertion) = (SignaturesOf(root), SignaturesOf(assertion));
        if (ofResponse.Length > 1
            || ofAssertion.Length > 1
            || ofResponse.Length + ofAssertion.Length != all.Count(element => Named(element, "Signature"))
            || ofResponse.Length + ofAssertion.Length == 0)
        {
            return "no signature, or one that does not sign its parent";
        }

        shape = new ResponseShape(root, ofResponse.FirstOrDefault(), assertion, ofAssertion.FirstOrDefault());
        return HasUniqueIds(all.Prepend(root)) && HasId(root) && HasId(assertion) ? null : "an id is missing or not unique";
    }

    private static XmlElement[] SignaturesOf(XmlElement parent) =>
        [.. parent.ChildNodes.OfType<XmlElement>().Where(child => Is(child, "Signature", SamlNames.SignatureUri))];

    private static IEnumerable<XmlElement> Descendants(XmlElement parent)
    {
        foreach (var child in parent.ChildNodes.OfType<XmlElement>())
        {
            yield return child;
            foreach (var descendant in Descendants(child))
            {
                yield return descendant;
            }
        }
    }

    /// <summary>Whatever somebody might take for an id (ID, Id, xml:id, wsu:Id) counts, and no element has two.</summary>
    private static bool HasUniqueIds(IEnumerable<XmlElement> elements)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in elements)
        {
            var ids = element.Attributes.OfType<XmlAttribute>()
                .Where(attribute => attribute.LocalName.Equals("id", StringComparison.OrdinalIgnoreCase))
                .ToArray();
            if (ids.Length > 1 || (ids is [var id] && !seen.Add(id.Value)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>An xs:ID, as nothing else can be referred to; no namespace prefix can pass for it.</summary>
    private static bool HasId(XmlElement element) =>
        element.GetAttribute("ID") is { Length: > 0 } id && XmlConvert.IsStartNCNameChar(id[0]) && id.All(XmlConvert.IsNCNameChar);

    private static bool Named(XmlElement element, string name) => element.LocalName.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static bool Is(XmlElement element, string name, string uri) => element.LocalName == name && element.NamespaceURI == uri;
}
