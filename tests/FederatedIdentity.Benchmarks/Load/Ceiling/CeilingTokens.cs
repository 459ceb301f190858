using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FederatedIdentity.Benchmarks.Load.Ceiling;

/// <summary>Writes answers with a token: as many claims as ours have, signed by a key object that is kept, without an allocation.</summary>
internal sealed class CeilingTokens : IDisposable
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _claims;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _rs512 = Header("RS512");
    private readonly byte[] _es256 = Header("ES256");

    /// <summary>Writes the answer up to the end of the identity, and returns its size.</summary>
    public static int WriteIdentity(Span<byte> to, string identity)
    {
        var start = "{\"IdentityId\":\""u8;
        start.CopyTo(to);
        return start.Length + Encoding.ASCII.GetBytes(identity, to[start.Length..]);
    }

    /// <summary>Writes the whole answer, and returns its size.</summary>
    public int Write(Span<byte> to, string identity, bool elliptic)
    {
        var size = WriteIdentity(to, identity);
        var middle = "\",\"Token\":\""u8;
        middle.CopyTo(to[size..]);
        size += middle.Length;
        var token = to[size..];
        var header = elliptic ? _es256 : _rs512;
        header.CopyTo(token);
        var signed = header.Length + Base64Url.EncodeToUtf8(Claims(identity), token[header.Length..]);
        size += signed + Sign(token, signed, elliptic);
        "\"}"u8.CopyTo(to[size..]);
        return size + 2;
    }

    public void Dispose()
    {
        _rsa.Dispose();
        _ec.Dispose();
    }

    /// <summary>Appends the signature of the first bytes, and returns its size with the dot.</summary>
    private int Sign(Span<byte> token, int signed, bool elliptic)
    {
        Span<byte> hash = stackalloc byte[64], signature = stackalloc byte[256];
        int size;
        var isSigned = elliptic
            ? _ec.TrySignHash(
                hash[..SHA256.HashData(token[..signed], hash)], signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation, out size)
            : _rsa.TrySignHash(
                hash[..SHA512.HashData(token[..signed], hash)], signature, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1, out size);
        if (!isSigned)
        {
            throw new CryptographicException();
        }

        token[signed] = (byte)'.';
        return 1 + Base64Url.EncodeToUtf8(signature[..size], token[(signed + 1)..]);
    }

    private static ReadOnlySpan<byte> Claims(string identity)
    {
        _claims ??= new ArrayBufferWriter<byte>(1024);
        _writer ??= new Utf8JsonWriter(_claims, new JsonWriterOptions { SkipValidation = true });
        _claims.ResetWrittenCount();
        _writer.Reset(_claims);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        _writer.WriteStartObject();
        _writer.WriteString("sub"u8, identity);
        _writer.WriteString("aud"u8, "us-east-1:177a950c-2c08-43f0-9983-28727e000001"u8);
        _writer.WriteStartArray("amr"u8);
        _writer.WriteStringValue("unauthenticated"u8);
        _writer.WriteEndArray();
        _writer.WriteString("iss"u8, "http://127.0.0.1:8080"u8);
        _writer.WriteNumber("exp"u8, now + 600);
        _writer.WriteNumber("iat"u8, now);
        _writer.WriteEndObject();
        _writer.Flush();
        return _claims.WrittenSpan;
    }

    private static byte[] Header(string alg) => Encoding.ASCII.GetBytes(
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes($$"""{"kid":"us-east-17","typ":"JWS","alg":"{{alg}}"}""")) + ".");
}
