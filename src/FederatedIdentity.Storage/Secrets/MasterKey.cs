using System.Security.Cryptography;
using System.Text;

namespace FederatedIdentity.Storage.Secrets;

/// <summary>
/// The deployment's one secret: wraps private keys and access keys at rest, each bound to what it belongs to, so that an envelope moved
/// to another row does not open. While it is being replaced there is a second one, which opens and never wraps. Never shows itself.
/// </summary>
/// <remarks>
/// An envelope is: format 1 (one byte), fingerprint of the key (4), nonce (12), AES-256-GCM ciphertext, tag (16). Nonces are random, which
/// NIST SP 800-38D section 8.3 allows for 2^32 envelopes of one key.
/// </remarks>
public sealed class MasterKey
{
    public const int Length = 32;

    private const byte Format = 1;
    private const int FingerprintLength = 4;
    private const int HeaderLength = 1 + FingerprintLength;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int Overhead = HeaderLength + NonceLength + TagLength;

    private readonly byte[] _key;
    private readonly byte[] _wrappingKey;
    private readonly byte[] _fingerprint;

    public MasterKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Length)
        {
            throw new ArgumentException($"A master key has {Length} bytes, this one {key.Length}.", nameof(key));
        }

        _key = key.ToArray();
        _wrappingKey = Derive("federated-identity/wrap/v1");
        _fingerprint = Derive("federated-identity/fingerprint/v1")[..FingerprintLength];
    }

    private MasterKey(MasterKey key, MasterKey previous) =>
        (_key, _wrappingKey, _fingerprint, Previous) = (key._key, key._wrappingKey, key._fingerprint, previous);

    /// <summary>The key that only opens, if there is one.</summary>
    public MasterKey? Previous { get; }

    /// <summary>Tells keys apart in messages and envelopes; says nothing about the key.</summary>
    public string Fingerprint => Convert.ToHexStringLower(_fingerprint);

    /// <summary>The key that an operator configured. The message of the exception does not repeat it.</summary>
    public static MasterKey FromBase64(string text)
    {
        var key = new byte[Length];
        return Convert.TryFromBase64String(text.Trim(), key, out var written) && written == Length
            ? new MasterKey(key)
            : throw new FormatException($"A master key is the base64 of {Length} random bytes, as from: openssl rand -base64 {Length}");
    }

    /// <summary>This key, with a <paramref name="previous"/> one beside it that opens what it wrapped and wraps nothing.</summary>
    public MasterKey With(MasterKey previous) => previous.Fingerprint != Fingerprint
        ? new MasterKey(this, previous)
        : throw new FormatException("FederatedIdentity:PreviousMasterKey cannot be used. It is the same key as FederatedIdentity:MasterKey.");

    /// <summary>A key of its own for one purpose (HKDF-SHA256, RFC 5869); knowing it does not help against the others.</summary>
    public byte[] Derive(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, Length, info: Encoding.UTF8.GetBytes(purpose));

    /// <summary>Seals <paramref name="secret"/> so that it opens again only with the same <paramref name="owner"/>.</summary>
    public byte[] Wrap(ReadOnlySpan<byte> secret, string owner)
    {
        var envelope = new byte[Overhead + secret.Length];
        envelope[0] = Format;
        _fingerprint.CopyTo(envelope, 1);
        var nonce = envelope.AsSpan(HeaderLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);

        // An AesGcm object is not safe for two threads, and cheap beside what is wrapped.
        using var aes = new AesGcm(_wrappingKey, TagLength);
        aes.Encrypt(
            nonce, secret, envelope.AsSpan(HeaderLength + NonceLength, secret.Length), envelope.AsSpan(envelope.Length - TagLength),
            AssociatedData(envelope, owner));
        return envelope;
    }

    /// <summary>Opens an envelope, or throws a <see cref="CryptographicException"/> that says what is wrong.</summary>
    public byte[] Unwrap(ReadOnlySpan<byte> envelope, string owner)
    {
        var fingerprint = FingerprintOf(envelope)
            ?? throw new CryptographicException($"The secret of {owner} is not an envelope of a known format.");
        return fingerprint == Fingerprint ? Open(envelope, owner)
            : fingerprint == Previous?.Fingerprint ? Previous.Open(envelope, owner)
            : throw new CryptographicException(
                $"The secret of {owner} was wrapped with the master key {fingerprint}, but the configured one is {Fingerprint}"
                + $"{(Previous is null ? "" : $", the previous one {Previous.Fingerprint}")}. Configure the former, or remove the secret.");
    }

    /// <summary>The fingerprint of the key that made an envelope; null for what is no envelope.</summary>
    public static string? FingerprintOf(ReadOnlySpan<byte> envelope) => envelope.Length >= Overhead && envelope[0] == Format
        ? Convert.ToHexStringLower(envelope.Slice(1, FingerprintLength))
        : null;

    public override string ToString() => "[master key]";

    private byte[] Open(ReadOnlySpan<byte> envelope, string owner)
    {
        var secret = new byte[envelope.Length - Overhead];
        using var aes = new AesGcm(_wrappingKey, TagLength);
        try
        {
            aes.Decrypt(
                envelope.Slice(HeaderLength, NonceLength), envelope.Slice(HeaderLength + NonceLength, secret.Length),
                envelope[^TagLength..], secret, AssociatedData(envelope, owner));
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new CryptographicException($"The secret of {owner} was altered, or belongs to something else.", e);
        }

        return secret;
    }

    private static byte[] AssociatedData(ReadOnlySpan<byte> envelope, string owner) =>
        [.. envelope[..HeaderLength], .. Encoding.UTF8.GetBytes(owner)];
}
