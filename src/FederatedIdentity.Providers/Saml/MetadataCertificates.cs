using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Xml;

namespace FederatedIdentity.Providers.Saml;

/// <summary>
/// When the certificates of a metadata document end. Their dates count for nothing when a login is judged, but an identity provider
/// mostly changes its keys when they come, and then needs new metadata here.
/// </summary>
public static class MetadataCertificates
{
    private const int Most = 32;

    /// <summary>Empty when the document holds none, or cannot be read.</summary>
    public static IReadOnlyList<DateTimeOffset> EndsOf(string metadata)
    {
        var ends = new List<DateTimeOffset>();
        try
        {
            using var text = new StringReader(metadata.TrimStart('\uFEFF'));
            using var xml = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            while (ends.Count < Most && xml.ReadToFollowing("X509Certificate", SamlNames.SignatureUri))
            {
                if (XmlBase64.Decode(xml.ReadElementContentAsString()) is { } der)
                {
                    using var certificate = X509CertificateLoader.LoadCertificate(der);
                    ends.Add(certificate.NotAfter.ToUniversalTime());
                }
            }
        }
        catch (Exception unreadable) when (unreadable is XmlException or CryptographicException)
        {
            // What was read so far counts; whoever wrote the document was told what is wrong with it.
        }

        return ends;
    }
}
