using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FederatedIdentity.Storage.Secrets;

namespace FederatedIdentity.Server.Protocol;

/// <summary>
/// Pagination tokens: the position after which the next page begins, sealed with AES-256-GCM for one scope (operation, account,
/// pool, filter). A token of another scope, or one that we did not make, does not open. Every replica can open every token, those
/// made with the previous master key as well.
/// </summary>
internal sealed class PageTokens(MasterKey masterKey)
{
    // Makes every token begin with an A: one that began with a dash would be an option to command lines.
    private const byte Format = 1;
    private const int HeaderLength = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int Overhead = HeaderLength + NonceLength + TagLength;

    /// <summary>The answer to a token that does not belong to the request it came with.</summary>
    public static readonly ApiError Foreign = ApiError.InvalidParameter("Invalid pagination token.");

    private readonly byte[] _key = KeyOf(masterKey);
    private readonly byte[]? _previousKey = masterKey.Previous is { } previous ? KeyOf(previous) : null;

    public string SealText(string scope, string position)
    {
        var plain = Encoding.UTF8.GetBytes(position);
        var token = new byte[Overhead + plain.Length];
        token[0] = Format;
        var nonce = token.AsSpan(HeaderLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagLength); // One for each call: the object is not safe for two threads.
        aes.Encrypt(
            nonce, plain, token.AsSpan(HeaderLength + NonceLength, plain.Length), token.AsSpan(^TagLength..), Encoding.UTF8.GetBytes(scope));
        return Base64Url.EncodeToString(token);
    }

    /// <summary>
    /// The sealed position; empty, which is before the first, for no token; null for one that does not belong to the scope.
    /// </summary>
    public string? OpenText(string scope, string? token)
    {
        if (token is null)
        {
            return "";
        }

        var bytes = new byte[Base64Url.GetMaxDecodedLength(token.Length)];
        if (Base64Url.DecodeFromChars(token, bytes, out _, out var length) != OperationStatus.Done
            || length < Overhead || bytes[0] != Format)
        {
            return null;
        }

        var sealedBytes = bytes.AsSpan(0, length);
        return Decrypt(_key, sealedBytes, scope) ?? (_previousKey is null ? null : Decrypt(_previousKey, sealedBytes, scope));
    }

    /// <summary>Like <see cref="OpenText"/> for lists that are ordered by a number.</summary>
    public long? Open(string scope, string? token) => OpenText(scope, token) switch
    {
        null => null,
        "" => -1,
        var position => long.Parse(position, CultureInfo.InvariantCulture),
    };

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
        return (items, SealText(scope, position(items[^1]).ToString(CultureInfo.InvariantCulture)));
    }

    private static byte[] KeyOf(MasterKey masterKey) => masterKey.Derive("federated-identity/page-token/v1");

    private static string? Decrypt(byte[] key, ReadOnlySpan<byte> token, string scope)
    {
        var plain = new byte[token.Length - Overhead];
        using var aes = new AesGcm(key, TagLength);
        try
        {
            aes.Decrypt(
                token.Slice(HeaderLength, NonceLength), token.Slice(HeaderLength + NonceLength, plain.Length), token[^TagLength..], plain,
                Encoding.UTF8.GetBytes(scope));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return Encoding.UTF8.GetString(plain);
    }
}
