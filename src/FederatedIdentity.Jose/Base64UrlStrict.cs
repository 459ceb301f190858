using System.Buffers;
using System.Buffers.Text;

namespace FederatedIdentity.Jose;

/// <summary>
/// Base64url in the one form that JOSE allows: every byte sequence has exactly one accepted text, so no second spelling of a token exists.
/// </summary>
public static class Base64UrlStrict
{
    // The platform's decoder accepts padding and white space, which RFC 7515 section 2 forbids; it does refuse non-zero trailing bits.
    private static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    /// <summary>The exact number of bytes that a text of this length stands for.</summary>
    public static int DecodedLength(int textLength) => (int)((long)textLength * 3 / 4);

    public static int EncodedLength(int byteCount) => Base64Url.GetEncodedLength(byteCount);

    /// <summary>False for any text that is not canonical and for a destination that is too short; the empty text is zero bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> utf8, Span<byte> destination, out int written)
    {
        written = 0;
        if (utf8.Length % 4 == 1 || destination.Length < DecodedLength(utf8.Length) || utf8.ContainsAnyExcept(Alphabet))
        {
            return false;
        }

        var status = Base64Url.DecodeFromUtf8(utf8, destination, out var consumed, out var decoded);
        if (status != OperationStatus.Done || consumed != utf8.Length)
        {
            return false;
        }

        written = decoded;
        return true;
    }

    public static byte[]? Decode(ReadOnlySpan<byte> utf8)
    {
        var bytes = new byte[DecodedLength(utf8.Length)];
        return TryDecode(utf8, bytes, out _) ? bytes : null;
    }

    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>Writes the text and returns its length; the destination must hold <see cref="EncodedLength"/> bytes.</summary>
    public static int EncodeToUtf8(ReadOnlySpan<byte> bytes, Span<byte> destination) => Base64Url.EncodeToUtf8(bytes, destination);
}
