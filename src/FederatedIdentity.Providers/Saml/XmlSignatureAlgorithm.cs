using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FederatedIdentity.Providers.Saml;

/// <summary>
/// A signature algorithm that we accept: RSA (PKCS #1) or ECDSA over SHA-2. HMAC is not among them, so a public key can never serve
/// as a shared secret; nor are MD5 and DSA; SHA-1 is by explicit setting.
/// </summary>
internal sealed record XmlSignatureAlgorithm(bool IsRsa, HashAlgorithmName Hash)
{
    private const string More = "http://www.w3.org/2001/04/xmldsig-more#";
    private const string Encryption = "http://www.w3.org/2001/04/xmlenc#";

    /// <summary>Null for what is not accepted.</summary>
    public static XmlSignatureAlgorithm? Find(string? uri, bool allowSha1) => uri switch
    {
        More + "rsa-sha256" => new(IsRsa: true, HashAlgorithmName.SHA256),
        More + "rsa-sha384" => new(IsRsa: true, HashAlgorithmName.SHA384),
        More + "rsa-sha512" => new(IsRsa: true, HashAlgorithmName.SHA512),
        More + "ecdsa-sha256" => new(IsRsa: false, HashAlgorithmName.SHA256),
        More + "ecdsa-sha384" => new(IsRsa: false, HashAlgorithmName.SHA384),
        More + "ecdsa-sha512" => new(IsRsa: false, HashAlgorithmName.SHA512),
        SamlNames.SignatureUri + "rsa-sha1" when allowSha1 => new(IsRsa: true, HashAlgorithmName.SHA1),
        _ => null,
    };

    /// <summary>The digest algorithm of this name; null for what is not accepted.</summary>
    public static HashAlgorithmName? FindDigest(string? uri, bool allowSha1) => uri switch
    {
        Encryption + "sha256" => HashAlgorithmName.SHA256,
        More + "sha384" => HashAlgorithmName.SHA384,
        Encryption + "sha512" => HashAlgorithmName.SHA512,
        SamlNames.SignatureUri + "sha1" when allowSha1 => HashAlgorithmName.SHA1,
        _ => null,
    };

    /// <summary>Whether one of the keys made the signature; a key of the other kind made none.</summary>
    public bool Verify(IEnumerable<byte[]> signingKeys, byte[] signed, byte[] signature) =>
        signingKeys.Any(key => Verify(PublicKey.CreateFromSubjectPublicKeyInfo(key, out _), signed, signature));

    private bool Verify(PublicKey key, byte[] signed, byte[] signature)
    {
        if (IsRsa)
        {
            using var rsa = key.GetRSAPublicKey();
            return rsa?.VerifyData(signed, signature, Hash, RSASignaturePadding.Pkcs1) == true;
        }

        using var ecdsa = key.GetECDsaPublicKey();
        return ecdsa?.VerifyData(signed, signature, Hash) == true;
    }
}
