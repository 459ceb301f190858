using System.Security.Cryptography;

namespace FederatedIdentity.Jose;

/// <summary>
/// A public key that verifies signatures, safe to share between threads. The platform key object lives as long as this one:
/// building it costs many times a verification. It is dropped, not disposed, because a request may still hold it.
/// </summary>
public sealed class VerificationKey
{
    private readonly RSA? _rsa;
    private readonly ECDsa? _ecdsa;
    private readonly EcCurve? _curve;

    internal VerificationKey(string? keyId, string? algorithm, RSA rsa)
    {
        KeyId = keyId;
        Algorithm = algorithm;
        _rsa = rsa;
    }

    internal VerificationKey(string? keyId, string? algorithm, ECDsa ecdsa, EcCurve curve)
    {
        KeyId = keyId;
        Algorithm = algorithm;
        _ecdsa = ecdsa;
        _curve = curve;
    }

    public string? KeyId { get; }

    /// <summary>The JWK's <c>alg</c>: if the key has one, it verifies nothing else.</summary>
    public string? Algorithm { get; }

    public string KeyType => _rsa is null ? JwsAlgorithm.Ec : JwsAlgorithm.Rsa;

    public string? CurveName => _curve?.Name;

    /// <summary>True if the key is of the type and curve that the algorithm needs and is not reserved for another algorithm.</summary>
    public bool Fits(JwsAlgorithm algorithm) =>
        algorithm.KeyType == KeyType && algorithm.Curve == _curve && (Algorithm is null || Algorithm == algorithm.Name);

    /// <summary>The same for a whole token, under the algorithm that its header names.</summary>
    public bool Verify(Jws jws) =>
        JwsAlgorithm.Find(jws.Algorithm) is { } algorithm && Verify(algorithm, jws.SigningInput.Span, jws.Signature.Span);

    /// <summary>
    /// True only for a genuine signature of exactly these bytes under this algorithm; a key that does not fit says false.
    /// </summary>
    public bool Verify(JwsAlgorithm algorithm, ReadOnlySpan<byte> signingInput, ReadOnlySpan<byte> signature)
    {
        if (!Fits(algorithm))
        {
            return false;
        }

        try
        {
            return _rsa is { } rsa
                ? signature.Length == (rsa.KeySize + 7) / 8 && rsa.VerifyData(signingInput, signature, algorithm.Hash, algorithm.Padding!)
                : signature.Length == algorithm.SignatureLength &&
                  _ecdsa!.VerifyData(signingInput, signature, algorithm.Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            // The platform throws for some keys and signatures that it cannot use; what cannot be verified is not genuine.
            return false;
        }
    }
}
