using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;
using static FederatedIdentity.Providers.Saml.SamlNames;

namespace FederatedIdentity.Providers.Saml;

/// <summary>
/// Takes the key out of a metadata KeyInfo. The certificate is only its wrapping: dates and chain count for nothing, as the metadata is
/// the anchor of trust; the key must be one that nobody can break.
/// </summary>
internal static class SigningCertificate
{
    private const int MinRsaBits = 2048;
    private const int MaxRsaBits = 8192;

    // NIST P-256, P-384 and P-521.
    private static readonly string[] Curves = ["1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"];

    /// <summary>Why there is no usable key; null and the key (DER, SubjectPublicKeyInfo) when there is.</summary>
    public static string? KeyOf(XElement? keyInfo, out byte[]? key)
    {
        key = null;
        var certificates = keyInfo?.Elements(Signature + "X509Data").Elements(Signature + "X509Certificate").Take(2).ToArray();
        if (certificates is not [var certificate] || XmlBase64.Decode(certificate.Text()) is not { } der)
        {
            return "a KeyDescriptor for signing does not hold exactly one X509Certificate";
        }

        try
        {
            using var x509 = X509CertificateLoader.LoadCertificate(der);
            if (!IsStrong(x509))
            {
                return $"a signing key is neither RSA of {MinRsaBits} to {MaxRsaBits} bits nor EC on P-256, P-384 or P-521";
            }

            key = x509.PublicKey.ExportSubjectPublicKeyInfo();
            return null;
        }
        catch (CryptographicException)
        {
            return "an X509Certificate is none";
        }
    }

    private static bool IsStrong(X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPublicKey();
        if (rsa is not null)
        {
            var parameters = rsa.ExportParameters(includePrivateParameters: false);
            return rsa.KeySize is >= MinRsaBits and <= MaxRsaBits
                && parameters.Modulus is [.., var last] && (last & 1) == 1
                && parameters.Exponent is [.., var low] exponent && (low & 1) == 1 && (exponent.Length > 1 || low > 1);
        }

        using var ecdsa = certificate.GetECDsaPublicKey();
        return ecdsa is not null && Curves.Contains(ecdsa.ExportParameters(includePrivateParameters: false).Curve.Oid.Value);
    }
}
