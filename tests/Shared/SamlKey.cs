using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FederatedIdentity.Tests.Shared;

/// <summary>A signing key of a SAML provider with its certificate, and the metadata that publishes it.</summary>
internal sealed class SamlKey
{
    public const string EntityId = "https://idp.example.test/metadata";

    private readonly AsymmetricAlgorithm _key;

    public SamlKey(AsymmetricAlgorithm key)
    {
        _key = key;
        var request = key is RSA rsa
            ? new CertificateRequest("CN=idp", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=idp", (ECDsa)key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1)); // Long over.
        Certificate = certificate.RawData;
        Public = certificate.PublicKey.ExportSubjectPublicKeyInfo();
        CertificatePem = certificate.ExportCertificatePem();
    }

    public byte[] Certificate { get; }

    public byte[] Public { get; }

    public string CertificatePem { get; }

    public string PrivateKeyPem => _key.ExportPkcs8PrivateKeyPem();

    public static SamlKey Rsa(int bits = 2048) => new(RSA.Create(bits));

    public static SamlKey Ec(ECCurve curve) => new(ECDsa.Create(curve));

    /// <summary>Signs with the hash that an algorithm's URI ends with.</summary>
    public byte[] Sign(byte[] content, string algorithm)
    {
        var hash = new HashAlgorithmName(algorithm[^(algorithm.EndsWith("sha1", StringComparison.Ordinal) ? 4 : 6)..].ToUpperInvariant());
        return _key is RSA rsa ? rsa.SignData(content, hash, RSASignaturePadding.Pkcs1) : ((ECDsa)_key).SignData(content, hash);
    }

    /// <summary>A metadata document with these keys, as real providers write it.</summary>
    public static string Metadata(params SamlKey[] keys) => MetadataOf(string.Concat(keys.Select(key => key.Descriptor())));

    public static string MetadataOf(string descriptors) => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- Published by the provider. -->
        <md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{EntityId}">
          <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol urn:oasis:names:tc:SAML:2.0:protocol">
            {descriptors}
            <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.test/sso"/>
          </md:IDPSSODescriptor>
        </md:EntityDescriptor>
        """;

    public string Descriptor(string use = " use=\"signing\"") => $"""
        <md:KeyDescriptor{use}><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>
        {Convert.ToBase64String(Certificate, Base64FormattingOptions.InsertLineBreaks)}
        </ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
        """;
}
