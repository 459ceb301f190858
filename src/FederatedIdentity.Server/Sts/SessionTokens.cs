using System.Security.Cryptography;
using System.Text.Json;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Sts;

/// <summary>
/// Seals what temporary credentials were issued for into their session token, and opens it again on any replica, without I/O. What
/// was altered, or sealed with a key that is gone, does not open.
/// </summary>
/// <remarks>
/// A token is the base64 of: format 1 (one byte), id of the key (8), salt (12), nonce (12), AES-256-GCM ciphertext, tag (16). Each
/// token has an encryption key of its own, HMAC-SHA256 of key and salt, so that no key comes near the number of random nonces that
/// NIST SP 800-38D section 8.3 allows.
/// </remarks>
internal sealed class SessionTokens(SessionKeyRing ring, IOptions<DeploymentOptions> deployment) : ISessionKeys
{
    private const byte Format = 1;
    private const int SaltLength = 12;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int HeaderLength = 1 + NpgsqlSessionKeys.IdLength + SaltLength + NonceLength;

    /// <summary>What travels in a header with every call.</summary>
    public const int LongestToken = 8 * 1024;

    public string Seal(SessionGrant grant)
    {
        var key = ring.Current;
        var plain = JsonSerializer.SerializeToUtf8Bytes(SealedGrant.Of(grant), SealedGrantJson.Default.SealedGrant);
        var token = new byte[HeaderLength + plain.Length + TagLength];
        token[0] = Format;
        Convert.FromHexString(key.Id).CopyTo(token, 1);
        RandomNumberGenerator.Fill(token.AsSpan(1 + NpgsqlSessionKeys.IdLength, SaltLength + NonceLength));
        using var aes = Cipher(key, token);
        aes.Encrypt(NonceOf(token), plain, token.AsSpan(HeaderLength, plain.Length), token.AsSpan(^TagLength..), token.AsSpan(..HeaderLength));
        CryptographicOperations.ZeroMemory(plain);
        return Convert.ToBase64String(token);
    }

    public async ValueTask<(AccessKey? Key, DateTimeOffset ExpiresAt)> FindAsync(
        string accessKeyId, string sessionToken, CancellationToken ct)
    {
        // The token may be anybody's; what it says counts only for the key that it was issued with.
        return await OpenAsync(sessionToken, ct) is { } grant && grant.AccessKeyId == accessKeyId
            ? (new AccessKey(CallerOf(grant), grant.Secret, Active: true), grant.ExpiresAt)
            : default;
    }

    /// <summary>Null when this is no token of ours, or not any more.</summary>
    public async ValueTask<SessionGrant?> OpenAsync(string sessionToken, CancellationToken ct)
    {
        if (Decode(sessionToken) is not { } token
            || await ring.FindAsync(Convert.ToHexStringLower(token.AsSpan(1, NpgsqlSessionKeys.IdLength)), ct) is not { } key)
        {
            return null;
        }

        var plain = new byte[token.Length - HeaderLength - TagLength];
        using var aes = Cipher(key, token);
        try
        {
            aes.Decrypt(
                NonceOf(token), token.AsSpan(HeaderLength, plain.Length), token.AsSpan(^TagLength..), plain, token.AsSpan(..HeaderLength));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return JsonSerializer.Deserialize(plain, SealedGrantJson.Default.SealedGrant)!.Open();
    }

    private Caller CallerOf(SessionGrant grant)
    {
        var session = grant.Session;
        var (arn, userId) = session.Kind switch
        {
            CallerKind.Role => (
                deployment.Value.AssumedRoleArn(session.AccountId, session.Name, session.SessionName!),
                $"{session.PrincipalId}:{session.SessionName}"),
            CallerKind.User => (deployment.Value.UserArn(session.AccountId, session.Path, session.Name), session.PrincipalId),
            _ => (deployment.Value.RootArn(session.AccountId), session.PrincipalId),
        };
        return new Caller(session.Kind, session.AccountId, arn, userId, session.Name)
        {
            AccessKeyId = grant.AccessKeyId,
            Session = grant,
        };
    }

    private static byte[]? Decode(string text)
    {
        var token = new byte[text.Length <= LongestToken ? text.Length / 4 * 3 : 0];
        return Convert.TryFromBase64String(text, token, out var length) && length > HeaderLength + TagLength && token[0] == Format
            && Convert.ToBase64String(token, 0, length) == text // Or a token could be written in several ways.
            ? token[..length]
            : null;
    }

    private static ReadOnlySpan<byte> NonceOf(byte[] token) => token.AsSpan(HeaderLength - NonceLength, NonceLength);

    private static AesGcm Cipher(SessionKey key, byte[] token)
    {
        Span<byte> own = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Bytes, token.AsSpan(1 + NpgsqlSessionKeys.IdLength, SaltLength), own);
        return new AesGcm(own, TagLength);
    }
}
