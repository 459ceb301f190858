using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using FederatedIdentity.Storage.Secrets;

namespace FederatedIdentity.Storage.Redis;

/// <summary>
/// Seals what is kept in the shared cache: nobody without the master key can read it, alter it, put it under another key, or present it
/// after its time.
/// </summary>
/// <remarks>
/// A sealed value is: format 1 (one byte), salt (16), nonce (12), AES-256-GCM ciphertext, tag (16); inside, the time it ends (8) and the
/// value. Each has an encryption key of its own, so that no key comes near the number of random nonces that NIST SP 800-38D allows.
/// </remarks>
internal sealed class CacheSeal(MasterKey masterKey, TimeProvider clock)
{
    internal const byte Format = 1;
    internal const int Overhead = HeaderLength + NonceLength + EndLength + TagLength;

    private const int SaltLength = 16;
    private const int HeaderLength = 1 + SaltLength;
    private const int NonceLength = 12;
    private const int EndLength = 8;
    private const int TagLength = 16;

    private readonly byte[] _key = masterKey.Derive("federated-identity/shared-cache/v1");

    public byte[] Seal(string key, ReadOnlySpan<byte> value, TimeSpan lifetime)
    {
        var box = new byte[Overhead + value.Length];
        box[0] = Format;
        RandomNumberGenerator.Fill(box.AsSpan(1, SaltLength + NonceLength));
        var content = box.AsSpan(HeaderLength + NonceLength, EndLength + value.Length);
        BinaryPrimitives.WriteInt64BigEndian(content, (clock.GetUtcNow() + lifetime).ToUnixTimeMilliseconds());
        value.CopyTo(content[EndLength..]);
        using var aes = Cipher(box);
        aes.Encrypt(box.AsSpan(HeaderLength, NonceLength), content, content, box.AsSpan(box.Length - TagLength), Encoding.UTF8.GetBytes(key));
        return box;
    }

    /// <summary>Null for anything but a value that was sealed for this very key, and whose time has not ended.</summary>
    public byte[]? Open(string key, ReadOnlySpan<byte> box)
    {
        if (box.Length < Overhead || box[0] != Format)
        {
            return null;
        }

        var content = box[(HeaderLength + NonceLength)..^TagLength].ToArray();
        using var aes = Cipher(box);
        try
        {
            aes.Decrypt(box.Slice(HeaderLength, NonceLength), content, box[^TagLength..], content, Encoding.UTF8.GetBytes(key));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        var end = BinaryPrimitives.ReadInt64BigEndian(content);
        return clock.GetUtcNow().ToUnixTimeMilliseconds() < end ? content[EndLength..] : null;
    }

    private AesGcm Cipher(ReadOnlySpan<byte> box)
    {
        Span<byte> key = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, box.Slice(1, SaltLength), key);
        return new AesGcm(key, TagLength);
    }
}
