using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FederatedIdentity.Jose;

/// <summary>
/// A private key that signs our own tokens, safe to share between threads. Its header text is made once, its platform key object
/// lives as long as it does, and nothing but <see cref="ExportPkcs8"/> hands out the secret.
/// </summary>
public sealed class SigningKey : IDisposable
{
    private const int GeneratedModulusBits = 2048;
    private const int MaxModulusBits = 8192;
    private const int MaxSignatureLength = MaxModulusBits / 8;

    private readonly AsymmetricAlgorithm _key;
    private readonly int _signatureLength;
    private readonly byte[] _headerAndDot;
    private readonly (string Name, string Value)[] _publicMembers;

    private SigningKey(JwsAlgorithm algorithm, string kid, AsymmetricAlgorithm key)
    {
        ArgumentException.ThrowIfNullOrEmpty(kid);
        JwsAlgorithm = algorithm;
        KeyId = kid;
        _key = key;
        _signatureLength = algorithm.SignatureLength ?? ((key.KeySize + 7) / 8);
        _headerAndDot = EncodeHeader(algorithm, kid);
        _publicMembers = PublicMembers(algorithm, key);
    }

    public string KeyId { get; }

    public JwsAlgorithm JwsAlgorithm { get; }

    public static SigningKey Generate(JwsAlgorithm algorithm, string kid) => new(
        algorithm,
        kid,
        algorithm.Curve is { } curve ? ECDsa.Create(curve.Parameters) : RSA.Create(GeneratedModulusBits));

    /// <summary>
    /// Throws CryptographicException for anything but a private key of the algorithm's own type, curve and permitted size.
    /// </summary>
    public static SigningKey Import(JwsAlgorithm algorithm, string kid, ReadOnlySpan<byte> pkcs8)
    {
        AsymmetricAlgorithm key = algorithm.Curve is null ? RSA.Create() : ECDsa.Create();
        try
        {
            key.ImportPkcs8PrivateKey(pkcs8, out var read);
            if (read != pkcs8.Length || !IsPermitted(algorithm, key))
            {
                throw new CryptographicException($"The private key cannot sign {algorithm.Name}.");
            }

            return new SigningKey(algorithm, kid, key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    public byte[] ExportPkcs8() => _key.ExportPkcs8PrivateKey();

    /// <summary>Writes the public key as one JSON object, in the member order of the real service's key set.</summary>
    public void WritePublicJwk(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("kty"u8, JwsAlgorithm.KeyType);
        writer.WriteString("alg"u8, JwsAlgorithm.Name);
        writer.WriteString("use"u8, "sig"u8);
        writer.WriteString("kid"u8, KeyId);
        foreach (var (name, value) in _publicMembers)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    }

    /// <summary>The length of the compact JWS that <see cref="TrySign"/> writes for a payload of this length.</summary>
    public int TokenLength(int payloadLength) =>
        _headerAndDot.Length + Base64UrlStrict.EncodedLength(payloadLength) + 1 + Base64UrlStrict.EncodedLength(_signatureLength);

    /// <summary>The compact JWS of the payload; the string is the only lasting allocation.</summary>
    public string Sign(ReadOnlySpan<byte> payload)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(TokenLength(payload.Length));
        try
        {
            TrySign(payload, buffer, out var written);
            return Encoding.ASCII.GetString(buffer, 0, written);
        }
        finally
        {
            // The token opens accounts: the next renter must not find it.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>Writes the compact JWS as ASCII; false only if the destination is shorter than <see cref="TokenLength"/>.</summary>
    public bool TrySign(ReadOnlySpan<byte> payload, Span<byte> destination, out int written)
    {
        written = 0;
        if (destination.Length < TokenLength(payload.Length))
        {
            return false;
        }

        _headerAndDot.CopyTo(destination);
        var length = _headerAndDot.Length;
        length += Base64UrlStrict.EncodeToUtf8(payload, destination[length..]);

        Span<byte> signature = stackalloc byte[MaxSignatureLength];
        signature = signature[..SignBytes(destination[..length], signature)];
        destination[length++] = (byte)'.';
        written = length + Base64UrlStrict.EncodeToUtf8(signature, destination[length..]);
        return true;
    }

    public void Dispose() => _key.Dispose();

    private int SignBytes(ReadOnlySpan<byte> signingInput, Span<byte> signature) => _key switch
    {
        RSA rsa => rsa.SignData(signingInput, signature, JwsAlgorithm.Hash, JwsAlgorithm.Padding!),
        ECDsa ecdsa => ecdsa.SignData(signingInput, signature, JwsAlgorithm.Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
        _ => throw new InvalidOperationException("A signing key is RSA or ECDSA."),
    };

    private static bool IsPermitted(JwsAlgorithm algorithm, AsymmetricAlgorithm key) => key switch
    {
        ECDsa ecdsa => ecdsa.ExportParameters(false).Curve.Oid.Value == algorithm.Curve!.Parameters.Oid.Value,
        _ => key.KeySize is >= GeneratedModulusBits and <= MaxModulusBits,
    };

    // Member order as the real service writes it.
    private static byte[] EncodeHeader(JwsAlgorithm algorithm, string kid)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("kid"u8, kid);
            writer.WriteString("typ"u8, "JWS"u8);
            writer.WriteString("alg"u8, algorithm.Name);
            writer.WriteEndObject();
        }

        return Encoding.ASCII.GetBytes(Base64UrlStrict.Encode(json.WrittenSpan) + ".");
    }

    private static (string Name, string Value)[] PublicMembers(JwsAlgorithm algorithm, AsymmetricAlgorithm key)
    {
        if (key is ECDsa ecdsa)
        {
            var point = ecdsa.ExportParameters(includePrivateParameters: false);
            return
            [
                ("crv", algorithm.CurveName!),
                ("x", Base64UrlStrict.Encode(point.Q.X)),
                ("y", Base64UrlStrict.Encode(point.Q.Y)),
            ];
        }

        var numbers = ((RSA)key).ExportParameters(includePrivateParameters: false);
        return [("n", Base64UrlStrict.Encode(numbers.Modulus)), ("e", Base64UrlStrict.Encode(numbers.Exponent))];
    }
}
