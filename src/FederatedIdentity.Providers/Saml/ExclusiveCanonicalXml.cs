using System.Security.Cryptography.Xml;
using System.Xml;

namespace FederatedIdentity.Providers.Saml;

/// <summary>The exclusive canonical form, without comments, of one element of a document that <see cref="StrictXml"/> read.</summary>
/// <remarks>https://www.w3.org/TR/xml-exc-c14n/</remarks>
internal static class ExclusiveCanonicalXml
{
    /// <summary>
    /// <paramref name="without"/> is a child that is left out, as the enveloped-signature transform does;
    /// <paramref name="inclusivePrefixes"/> is the PrefixList, if there is one.
    /// </summary>
    public static byte[] Of(XmlElement element, XmlElement? without, string? inclusivePrefixes)
    {
        var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
        var root = (XmlElement)document.AppendChild(document.ImportNode(element, deep: true))!;
        if (without is not null)
        {
            root.RemoveChild(root.ChildNodes[IndexOf(without)]!);
        }

        InheritNamespaces(element, root);
        var transform = new XmlDsigExcC14NTransform(includeComments: false, inclusivePrefixes);
        transform.LoadInput(document);
        return ((MemoryStream)transform.GetOutput(typeof(Stream))).ToArray();
    }

    private static int IndexOf(XmlNode child)
    {
        var index = 0;
        for (var before = child.PreviousSibling; before is not null; before = before.PreviousSibling)
        {
            index++;
        }

        return index;
    }

    /// <summary>Gives the copy the prefixes that the original has from its ancestors.</summary>
    private static void InheritNamespaces(XmlElement original, XmlElement copy)
    {
        for (var ancestor = original.ParentNode as XmlElement; ancestor is not null; ancestor = ancestor.ParentNode as XmlElement)
        {
            foreach (XmlAttribute attribute in ancestor.Attributes)
            {
                if (attribute.NamespaceURI == SamlNames.XmlnsUri && !copy.HasAttribute(attribute.Name))
                {
                    copy.Attributes.Append((XmlAttribute)copy.OwnerDocument.ImportNode(attribute, deep: true));
                }
            }
        }
    }
}
