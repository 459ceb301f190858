using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using FederatedIdentity.Jose;

namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// A provider's answer about a token as replicas hand it to each other. Its age travels with it: <paramref name="AskedAt"/> is when the
/// provider was asked, whoever read it from where since.
/// </summary>
internal sealed record SharedAnswer(OpaqueResult Result, DateTimeOffset AskedAt)
{
    // Form, verdict, asked at, ends at, length of the first text, the first text, the rest. Texts are UTF-16: what is no valid
    // Unicode would be another user's name in any other encoding.
    private const byte Form = 1;
    private const byte Good = 1;
    private const byte Refused = 2;
    private const int FirstText = 1 + 1 + sizeof(long) + sizeof(long) + sizeof(ushort);
    private const long NoEnd = long.MaxValue;

    /// <summary>Longer answers, which nobody has seen yet, are not shared.</summary>
    private const int MaxLength = 8 * 1024;

    private const int MaxClaimDepth = 64;

    /// <summary>Null for what is not to be shared: an outage, and endless texts.</summary>
    public byte[]? Write() => Result switch
    {
        OpaqueResult.Valid valid => Write(Good, valid.ExpiresAt?.ToUnixTimeMilliseconds() ?? NoEnd, valid.Subject, valid.Claims.Json),
        OpaqueResult.Invalid invalid => Write(Refused, NoEnd, invalid.Sentence, MemoryMarshal.AsBytes(invalid.Detail.AsSpan())),
        _ => null,
    };

    /// <summary>Null for anything that <see cref="Write()"/> has not written. Never throws.</summary>
    public static SharedAnswer? Read(ReadOnlySpan<byte> value)
    {
        if (value.Length is < FirstText or > MaxLength || value[0] != Form
            || ReplicaClocks.Read(BinaryPrimitives.ReadInt64BigEndian(value[2..])) is not { } askedAt)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(value[(FirstText - sizeof(ushort))..]);
        var texts = value[FirstText..];
        if (length > texts.Length || length % sizeof(char) != 0)
        {
            return null;
        }

        var first = Text(texts[..length]);
        var rest = texts[length..];
        OpaqueResult? result = value[1] switch
        {
            Good => ReadValid(first, rest, BinaryPrimitives.ReadInt64BigEndian(value[10..])),
            Refused when rest.Length % sizeof(char) == 0 => new OpaqueResult.Invalid(first, Text(rest)),
            _ => null,
        };
        return result is null ? null : new(result, askedAt);
    }

    private byte[]? Write(byte verdict, long endsAt, string first, ReadOnlySpan<byte> rest)
    {
        var text = MemoryMarshal.AsBytes(first.AsSpan());
        if (FirstText + text.Length + rest.Length > MaxLength)
        {
            return null;
        }

        var value = new byte[FirstText + text.Length + rest.Length];
        (value[0], value[1]) = (Form, verdict);
        BinaryPrimitives.WriteInt64BigEndian(value.AsSpan(2), AskedAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64BigEndian(value.AsSpan(10), endsAt);
        BinaryPrimitives.WriteUInt16BigEndian(value.AsSpan(FirstText - sizeof(ushort)), (ushort)text.Length);
        text.CopyTo(value.AsSpan(FirstText));
        rest.CopyTo(value.AsSpan(FirstText + text.Length));
        return value;
    }

    /// <summary>With everything that the rest of the program takes for granted in a user and in claims.</summary>
    private static OpaqueResult.Valid? ReadValid(string subject, ReadOnlySpan<byte> claims, long endsAt)
    {
        var end = endsAt == NoEnd ? null : ReplicaClocks.Read(endsAt);
        return IdTokenRules.IsSubject(subject) && (end is not null || endsAt == NoEnd)
            && StrictJson.Parse(claims, MaxClaimDepth, out _) is { ValueKind: JsonValueKind.Object }
                ? new(subject, new(claims.ToArray()), end)
                : null;
    }

    private static string Text(ReadOnlySpan<byte> utf16) => new(MemoryMarshal.Cast<byte, char>(utf16));
}
