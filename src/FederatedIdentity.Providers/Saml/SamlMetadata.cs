using System.Xml;
using System.Xml.Linq;
using static FederatedIdentity.Providers.Saml.SamlNames;

namespace FederatedIdentity.Providers.Saml;

/// <summary>
/// What logins need of an identity provider's metadata document: its entity id, its signing keys (DER, SubjectPublicKeyInfo; several
/// while it changes them) and how long the document vouches for them. The document itself is trusted: an administrator gave it.
/// </summary>
/// <remarks>https://docs.oasis-open.org/security/saml/v2.0/saml-metadata-2.0-os.pdf</remarks>
public sealed record SamlMetadata(string EntityId, IReadOnlyList<byte[]> SigningKeys, DateTimeOffset? ValidUntil)
{
    /// <summary>IAM's limit; CreateSAMLProvider also has a minimum, which is not the document's business.</summary>
    public const int MaxLength = 10_000_000;

    private const int LongestEntityId = 1024; // SAML core 8.3.6.
    private const int MaxKeys = 10;

    /// <summary>Null when the document cannot be used, and why in <paramref name="fault"/>.</summary>
    public static SamlMetadata? TryParse(string xml, out string? fault)
    {
        SamlMetadata? metadata = null;
        fault = xml.Length > MaxLength ? $"longer than {MaxLength} characters"
            : Load(xml) is not { } root ? "not well-formed XML without a DTD"
            : Read(root, out metadata);
        return metadata;
    }

    private static XElement? Load(string xml)
    {
        try
        {
            using var text = new StringReader(xml.TrimStart('\uFEFF'));
            using var reader = XmlReader.Create(text, new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
            });
            return XDocument.Load(reader).Root;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static string? Read(XElement root, out SamlMetadata? metadata)
    {
        metadata = null;
        if (root.Name != Metadata + "EntityDescriptor")
        {
            return "the root is no EntityDescriptor";
        }

        if (root.Get("entityID") is not { Length: > 0 and <= LongestEntityId } entityId)
        {
            return $"entityID must have 1 to {LongestEntityId} characters";
        }

        if (root.Only(Metadata + "IDPSSODescriptor") is not { } descriptor
            || descriptor.Get("protocolSupportEnumeration")?.Split((char[]?)null).Contains(ProtocolUri) != true)
        {
            return "not exactly one IDPSSODescriptor that supports SAML 2.0";
        }

        if (!TryReadEnd(root, out var end) || !TryReadEnd(descriptor, out var descriptorEnd))
        {
            return "validUntil is no UTC time";
        }

        if (SigningKeysOf(descriptor, out var keys) is { } fault)
        {
            return fault;
        }

        metadata = new SamlMetadata(entityId, keys, descriptorEnd < end || end is null ? descriptorEnd : end);
        return null;
    }

    private static bool TryReadEnd(XElement element, out DateTimeOffset? end)
    {
        end = SamlTime.Read(element.Get("validUntil"));
        return end is not null || element.Attribute("validUntil") is null;
    }

    /// <summary>A descriptor without a use is for signing too (metadata 2.4.1.1).</summary>
    private static string? SigningKeysOf(XElement descriptor, out List<byte[]> keys)
    {
        keys = [];
        foreach (var key in descriptor.Elements(Metadata + "KeyDescriptor").Where(key => key.Get("use") is null or "signing"))
        {
            if (SigningCertificate.KeyOf(key.Only(Signature + "KeyInfo"), out var spki) is { } fault)
            {
                return fault;
            }

            if (!keys.Exists(known => known.AsSpan().SequenceEqual(spki)))
            {
                keys.Add(spki!);
            }
        }

        return keys.Count switch
        {
            0 => "no KeyDescriptor for signing",
            > MaxKeys => $"more than {MaxKeys} signing keys",
            _ => null,
        };
    }
}
