using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using FederatedIdentity.Storage.Secrets;

namespace FederatedIdentity.Server.Protocol;

/// <summary>
/// Pagination tokens: the position after which the next page begins, sealed with AES-256-GCM for one scope (operation, account,
/// pool, filter). A token of another scope, or one that we did not make, does not open. Every replica can open every token.
/// </summary>
internal sealed class PageTokens(MasterKey masterKey)
{
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int PositionLength = sizeof(long);
    private const int SealedLength = NonceLength + PositionLength + TagLength;

    /// <summary>The answer to a token that does not belong to the request it came with.</summary>
    public static readonly ApiError Foreign = ApiError.InvalidParameter("Invalid pagination token.");

    private readonly byte[] _key = masterKey.Derive("federated-identity/page-token/v1");

    public string Seal(string scope, long position)
    {
        Span<byte> token = stackalloc byte[SealedLength];
        Span<byte> plain = stackalloc byte[PositionLength];
        BinaryPrimitives.WriteInt64BigEndian(plain, position);
        RandomNumberGenerator.Fill(token[..NonceLength]);
        using var aes = new AesGcm(_key, TagLength); // One for each call: the object is not safe for two threads.
        aes.Encrypt(
            token[..NonceLength], plain, token.Slice(NonceLength, PositionLength), token[^TagLength..], Encoding.UTF8.GetBytes(scope));
        return Base64Url.EncodeToString(token);
    }

    /// <summary>The sealed position; -1 for no token, which is before the first; null for a token that does not belong to the scope.</summary>
    public long? Open(string scope, string? token)
    {
        if (token is null)
        {
            return -1;
        }

        Span<byte> bytes = stackalloc byte[SealedLength];
        if (token.Length != Base64Url.GetEncodedLength(SealedLength)
            || !Base64Url.TryDecodeFromChars(token, bytes, out var length) || length != SealedLength)
        {
            return null;
        }

        Span<byte> plain = stackalloc byte[PositionLength];
        using var aes = new AesGcm(_key, TagLength);
        try
        {
            aes.Decrypt(
                bytes[..NonceLength], bytes.Slice(NonceLength, PositionLength), bytes[^TagLength..], plain, Encoding.UTF8.GetBytes(scope));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return BinaryPrimitives.ReadInt64BigEndian(plain);
    }

    /// <summary>
    /// One page out of <paramref name="found"/>, which holds one row more than asked for when there is a next page. The token names
    /// the last row shown, so rows that come and go meanwhile neither repeat nor hide others.
    /// </summary>
    public (IReadOnlyList<TRow> Items, string? NextToken) Cut<TRow>(
        List<TRow> found, int maxResults, string scope, Func<TRow, long> position)
    {
        if (found.Count <= maxResults)
        {
            return (found, null);
        }

        var items = found.GetRange(0, maxResults);
        return (items, Seal(scope, position(items[^1])));
    }
}
