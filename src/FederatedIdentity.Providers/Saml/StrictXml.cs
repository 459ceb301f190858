using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace FederatedIdentity.Providers.Saml;

/// <summary>
/// Reads a stranger's XML and knows none of its dangers: no DTD and so no entities, no comments, processing instructions or CDATA,
/// bounded depth and attributes, and no prefix with two meanings. What is left reads the same to everybody.
/// </summary>
internal static class StrictXml
{
    // Genuine responses stay below half of each.
    private const int MaxDepth = 32;
    private const int MaxAttributes = 64;
    private const int MaxNamespaceLength = 255;

    // Canonical form repeats namespaces, so it may be longer than the token that it comes from.
    private const int MaxCharacters = 4 * SamlToken.MaxLength;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Null unless the text is plain.</summary>
    public static XmlDocument? Document(string xml)
    {
        try
        {
            if (!IsPlain(xml))
            {
                return null;
            }

            using var reader = Reader(xml);
            var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
            document.Load(reader);
            return document;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>The root element; null unless the text is plain.</summary>
    public static XElement? Element(string xml)
    {
        try
        {
            if (!IsPlain(xml))
            {
                return null;
            }

            using var reader = Reader(xml);
            return XDocument.Load(reader, LoadOptions.PreserveWhitespace).Root;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>The text of UTF-8 without a byte order mark; null if it is none.</summary>
    public static string? Text(byte[] utf8)
    {
        try
        {
            return Utf8.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static XmlReader Reader(string xml) => XmlReader.Create(new StringReader(xml), new XmlReaderSettings
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaxCharacters,
        CloseInput = true,
    });

    private static bool IsPlain(string xml)
    {
        // The reader would skip it; nothing but the document itself is read.
        if (xml.StartsWith('\uFEFF'))
        {
            return false;
        }

        using var reader = Reader(xml);
        var namespaces = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read())
        {
            var plain = reader.NodeType switch
            {
                XmlNodeType.Element => IsPlainElement(reader, namespaces),
                XmlNodeType.EndElement or XmlNodeType.Text or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace => true,
                XmlNodeType.XmlDeclaration => IsUtf8(reader.GetAttribute("encoding")),
                _ => false,
            };
            if (!plain)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsUtf8(string? encoding) => encoding is null || encoding.Equals("UTF-8", StringComparison.OrdinalIgnoreCase);

    private static bool IsPlainElement(XmlReader reader, Dictionary<string, string> namespaces)
    {
        if (reader.Depth > MaxDepth || reader.AttributeCount > MaxAttributes)
        {
            return false;
        }

        while (reader.MoveToNextAttribute())
        {
            if (reader.NamespaceURI == SamlNames.XmlnsUri && !IsPlainNamespace(reader.LocalName, reader.Value, namespaces))
            {
                return false;
            }
        }

        reader.MoveToElement();
        return true;
    }

    /// <summary>
    /// Canonical XML 1.0 leaves documents with relative namespace names undefined, so implementations differ over them (section 2.3 of
    /// the recommendation). The default namespace may change from element to element, a prefix may not.
    /// </summary>
    private static bool IsPlainNamespace(string prefix, string name, Dictionary<string, string> namespaces)
    {
        if (prefix == "xmlns")
        {
            return name.Length == 0 || IsAbsolute(name);
        }

        return IsAbsolute(name) && (namespaces.TryAdd(prefix, name) || namespaces[prefix] == name);
    }

    private static bool IsAbsolute(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        return name.Length <= MaxNamespaceLength
            && colon > 0
            && name.All(character => character is > ' ' and < '\x7f')
            && char.IsAsciiLetter(name[0])
            && name.Take(colon).All(character => char.IsAsciiLetterOrDigit(character) || character is '+' or '-' or '.');
    }
}
