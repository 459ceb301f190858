using System.Buffers;
using System.Text;
using System.Text.Json;

namespace FederatedIdentity.Jose;

/// <summary>
/// A compact JWS that was read and is well-formed, and NOT verified: nothing in it may be believed before
/// <see cref="VerificationKey.Verify(Jws)"/> of a key chosen from configuration has said yes.
/// </summary>
public sealed class Jws
{
    /// <summary>The longest token that the API's Logins map may hold.</summary>
    public const int MaxLength = 50_000;

    private const int MaxPayloadDepth = 32;

    private JsonElement? _claims;

    private Jws(in JwsHeader header, ReadOnlyMemory<byte> signingInput, ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> signature)
    {
        Algorithm = header.Algorithm!;
        KeyId = header.KeyId;
        Type = header.Type;
        SigningInput = signingInput;
        Payload = payload;
        Signature = signature;
    }

    /// <summary>The header's <c>alg</c>, always one of <see cref="JwsAlgorithm.AllNames"/>.</summary>
    public string Algorithm { get; }

    /// <summary>The header's <c>kid</c>: hostile text, only to be compared with the ids of known keys.</summary>
    public string? KeyId { get; }

    public string? Type { get; }

    /// <summary>The ASCII bytes as received, header and payload with the dot between: what the signature is about.</summary>
    public ReadOnlyMemory<byte> SigningInput { get; }

    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The payload: a JSON object without duplicate names whose every string can be read. Parsed when it is asked for.</summary>
    public JsonElement Claims => _claims ??= JsonElement.Parse(Payload.Span, new JsonDocumentOptions { MaxDepth = MaxPayloadDepth });

    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>
    /// Reads a compact JWS whose payload is a JSON object. Null means success, and then <paramref name="jws"/> is set; it never
    /// throws. <paramref name="allowJwsType"/> accepts the <c>typ</c> <c>JWS</c>, which only our own tokens carry.
    /// </summary>
    public static JwsFault? TryParse(string? compact, out Jws? jws, bool allowJwsType = false)
    {
        if (TryParseAnyPayload(compact, out jws, allowJwsType) is { } fault)
        {
            return fault;
        }

        if (StrictJson.IsObject(jws!.Payload.Span, MaxPayloadDepth, out var duplicate))
        {
            return null;
        }

        jws = null;
        return duplicate ? JwsFault.DuplicatePayloadMember : JwsFault.PayloadNotJsonObject;
    }

    /// <summary>The same without the rule about the payload, which is left unread: RFC 7520 signs plain text.</summary>
    internal static JwsFault? TryParseAnyPayload(string? compact, out Jws? jws, bool allowJwsType = false)
    {
        jws = null;
        if (compact is null or { Length: > MaxLength })
        {
            return compact is null ? JwsFault.NotThreeParts : JwsFault.TooLong;
        }

        if (compact.AsSpan().Count('.') is not 2 and var dots)
        {
            return dots == 4 ? JwsFault.Encrypted : JwsFault.NotThreeParts;
        }

        var (first, last) = (compact.IndexOf('.'), compact.LastIndexOf('.'));
        if (first == 0 || last == first + 1 || last == compact.Length - 1)
        {
            return JwsFault.EmptyPart;
        }

        return first > JwsHeader.MaxEncodedLength ? JwsFault.HeaderTooLarge : ReadParts(compact, first, last, allowJwsType, out jws);
    }

    private static JwsFault? ReadParts(string compact, int first, int last, bool allowJwsType, out Jws? jws)
    {
        jws = null;
        var payloadLength = Base64UrlStrict.DecodedLength(last - first - 1);
        var signatureLength = Base64UrlStrict.DecodedLength(compact.Length - last - 1);

        // One array holds the received text, the payload and the signature.
        var buffer = GC.AllocateUninitializedArray<byte>(compact.Length + payloadLength + signatureLength);
        var text = buffer.AsSpan(0, compact.Length);
        var payload = buffer.AsMemory(compact.Length, payloadLength);
        var signature = buffer.AsMemory(compact.Length + payloadLength, signatureLength);
        Span<byte> headerBuffer = stackalloc byte[Base64UrlStrict.DecodedLength(first)];
        if (Ascii.FromUtf16(compact, text, out _) != OperationStatus.Done ||
            !Base64UrlStrict.TryDecode(text[..first], headerBuffer, out _) ||
            !Base64UrlStrict.TryDecode(text[(first + 1)..last], payload.Span, out _) ||
            !Base64UrlStrict.TryDecode(text[(last + 1)..], signature.Span, out _))
        {
            return JwsFault.BadBase64Url;
        }

        var header = default(JwsHeader);
        if (header.Read(headerBuffer, allowJwsType) is { } fault)
        {
            return fault;
        }

        jws = new Jws(header, buffer.AsMemory(0, last), payload, signature);
        return null;
    }
}
