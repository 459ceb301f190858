using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace FederatedIdentity.Benchmarks.Load.Ceiling;

/// <summary>Verifies RS256 login tokens with a key object that is kept, and reads who the token is about.</summary>
internal sealed class CeilingLogins : IDisposable
{
    private readonly RSA _key = RSA.Create();

    /// <param name="publicKey">SubjectPublicKeyInfo.</param>
    public CeilingLogins(byte[] publicKey) => _key.ImportSubjectPublicKeyInfo(publicKey, out _);

    /// <summary>The subject; throws when the signature is not the key's or a claim is missing.</summary>
    public string Verify(ReadOnlySpan<byte> token)
    {
        Span<byte> hash = stackalloc byte[32], signature = stackalloc byte[512], claims = stackalloc byte[1024];
        var (first, last) = (token.IndexOf((byte)'.'), token.LastIndexOf((byte)'.'));
        SHA256.HashData(token[..last], hash);
        var size = Base64Url.DecodeFromUtf8(token[(last + 1)..], signature);
        if (!_key.VerifyHash(hash, signature[..size], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
        {
            throw new CryptographicException("Not this key.");
        }

        size = Base64Url.DecodeFromUtf8(token[(first + 1)..last], claims);
        return Subject(claims[..size]);
    }

    public void Dispose() => _key.Dispose();

    private static string Subject(ReadOnlySpan<byte> claims)
    {
        var json = new Utf8JsonReader(claims);
        string? subject = null;
        var (hasIssuer, hasAudience, expires) = (false, false, 0L);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("sub"u8))
            {
                json.Read();
                subject = json.GetString();
            }
            else if (json.ValueTextEquals("exp"u8))
            {
                json.Read();
                expires = json.GetInt64();
            }
            else
            {
                hasIssuer |= json.ValueTextEquals("iss"u8);
                hasAudience |= json.ValueTextEquals("aud"u8);
                json.Read();
                json.Skip();
            }
        }

        return hasIssuer && hasAudience && expires > TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() && subject is not null
            ? subject
            : throw new CryptographicException("Not a login.");
    }
}
