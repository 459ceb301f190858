using System.Buffers;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace FederatedIdentity.Server.Protocol;

/// <summary>
/// The canonical form of a request that both sides of an AWS Signature Version 4 hash. One request has one form, whatever way
/// its headers and query came.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html</remarks>
internal static class CanonicalRequest
{
    private const int Usual = 2048;

    // Nearly all signed headers have one of these names; what has another costs a string.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _usualNames = FrozenSet.Create(
        StringComparer.Ordinal,
        "accept", "accept-encoding", "amz-sdk-invocation-id", "amz-sdk-request", "content-length", "content-type", "date", "host", "user-agent",
        "x-amz-content-sha256", "x-amz-date", "x-amz-security-token", "x-amz-target", "x-amz-user-agent")
        .GetAlternateLookup<ReadOnlySpan<char>>();

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _text;

    /// <summary>
    /// Writes the hash of the request. False when no signer can have meant it: signed headers that are absent, or are not lower
    /// case, sorted and each there once. That also bounds the work to the size of the request.
    /// </summary>
    public static bool TryHash(in SigV4Request request, string signedHeaders, ReadOnlySpan<char> bodyHash, Span<byte> hash)
    {
        var text = _text ??= new ArrayBufferWriter<byte>(Usual);
        try
        {
            if (!TryWrite(text, request, signedHeaders, bodyHash))
            {
                return false;
            }

            SHA256.HashData(text.WrittenSpan, hash);
            return true;
        }
        finally
        {
            Empty(text);
        }
    }

    private static bool TryWrite(
        ArrayBufferWriter<byte> text, in SigV4Request request, string signedHeaders, ReadOnlySpan<char> bodyHash)
    {
        text.Line(request.Method);
        text.Line(CanonicalUri.OfPath(request.Path));
        text.Line(CanonicalUri.OfQuery(request.Query));
        if (!TryWriteHeaders(text, request.Headers, signedHeaders))
        {
            return false;
        }

        text.Line("");
        text.Line(signedHeaders);
        text.Put(bodyHash);
        return true;
    }

    private static bool TryWriteHeaders(ArrayBufferWriter<byte> text, IHeaderDictionary headers, string signedHeaders)
    {
        var names = signedHeaders.AsSpan();
        ReadOnlySpan<char> last = "";
        foreach (var range in names.Split(';'))
        {
            var name = names[range];
            if (name.SequenceCompareTo(last) <= 0 || name.ContainsAnyInRange('A', 'Z')
                || !headers.TryGetValue(_usualNames.TryGetValue(name, out var usual) ? usual : name.ToString(), out var values))
            {
                return false;
            }

            text.Put(name);
            text.Put(":");
            WriteValues(text, values);
            text.Line("");
            last = name;
        }

        return true;
    }

    private static void WriteValues(ArrayBufferWriter<byte> text, StringValues values)
    {
        for (var index = 0; index < values.Count; index++)
        {
            text.Put(index == 0 ? "" : ",");
            WriteValue(text, values[index].AsSpan().Trim(" \t"));
        }
    }

    private static void WriteValue(ArrayBufferWriter<byte> text, ReadOnlySpan<char> value)
    {
        while (value.IndexOf("  ") is >= 0 and var gap)
        {
            text.Put(value[..(gap + 1)]);
            value = value[gap..].TrimStart(' ');
        }

        text.Put(value);
    }

    private static void Line(this ArrayBufferWriter<byte> text, ReadOnlySpan<char> value)
    {
        text.Put(value);
        text.Put("\n");
    }

    private static void Put(this ArrayBufferWriter<byte> text, ReadOnlySpan<char> value) => Encoding.UTF8.GetBytes(value, text);

    // Signed headers hold session tokens, so nothing of them stays; nor does the room that an unusually long request took.
    private static void Empty(ArrayBufferWriter<byte> text)
    {
        text.Clear();
        if (text.Capacity > Usual)
        {
            _text = null;
        }
    }
}
