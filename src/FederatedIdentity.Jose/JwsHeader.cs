using System.Text.Json;

namespace FederatedIdentity.Jose;

/// <summary>
/// The members of a JOSE header that this product acts on. Members that name keys or addresses (<c>jwk</c>, <c>jku</c>, <c>x5*</c>)
/// are never even read: the key comes from configuration alone.
/// </summary>
internal struct JwsHeader
{
    public const int MaxEncodedLength = 4096;

    private const int MaxDepth = 16;
    private const int MaxMembers = 32;
    private const int MaxKeyIdLength = 255;

    public string? Algorithm { get; private set; }

    public string? KeyId { get; private set; }

    public string? Type { get; private set; }

    public JwsFault? Read(ReadOnlySpan<byte> json, bool allowJwsType)
    {
        if (!StrictJson.IsReadableText(json))
        {
            return JwsFault.HeaderNotJson;
        }

        try
        {
            return ReadMembers(json) ?? Check(allowJwsType);
        }
        catch (JsonException)
        {
            return JwsFault.HeaderNotJson;
        }
    }

    private JwsFault? ReadMembers(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return JwsFault.HeaderNotJson;
        }

        // Names are compared as unescaped text: "al\u0067" is "alg". All of them together are shorter than the header.
        Span<byte> names = stackalloc byte[json.Length];
        Span<int> ends = stackalloc int[MaxMembers + 1];
        JwsFault? fault = null;
        for (var count = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; count++)
        {
            if (count == MaxMembers)
            {
                return JwsFault.HeaderTooLarge;
            }

            var name = names[ends[count]..];
            name = name[..reader.CopyString(name)];
            for (var i = 0; i < count; i++)
            {
                if (name.SequenceEqual(names[ends[i]..ends[i + 1]]))
                {
                    return JwsFault.DuplicateHeaderMember;
                }
            }

            ends[count + 1] = ends[count] + name.Length;
            reader.Read();
            fault ??= Take(name, ref reader);
            reader.Skip();
        }

        // One more read finds trailing garbage; the reader throws there.
        reader.Read();
        return fault;
    }

    private JwsFault? Take(scoped ReadOnlySpan<byte> name, ref Utf8JsonReader reader)
    {
        if (name.SequenceEqual("alg"u8))
        {
            return (Algorithm = ReadAlgorithm(ref reader)) is null ? JwsFault.BadHeaderMember : null;
        }

        if (name.SequenceEqual("kid"u8))
        {
            return (KeyId = ReadString(ref reader)) is null or { Length: > MaxKeyIdLength } ? JwsFault.BadHeaderMember : null;
        }

        if (name.SequenceEqual("typ"u8))
        {
            return (Type = ReadString(ref reader)) is null ? JwsFault.BadHeaderMember : null;
        }

        if (name.SequenceEqual("cty"u8))
        {
            return ReadString(ref reader) switch
            {
                null => JwsFault.BadHeaderMember,
                var contentType => IsJwt(contentType) ? JwsFault.NestedToken : null,
            };
        }

        return name.SequenceEqual("crit"u8) || name.SequenceEqual("b64"u8) || name.SequenceEqual("zip"u8)
            ? JwsFault.UnsupportedHeader
            : null;
    }

    private readonly JwsFault? Check(bool allowJwsType)
    {
        if (string.IsNullOrEmpty(Algorithm))
        {
            return JwsFault.BadHeaderMember;
        }

        if (JwsAlgorithm.Find(Algorithm) is null)
        {
            return Algorithm is "EdDSA" or "Ed25519" ? JwsFault.PlatformLacksEd25519 : JwsFault.UnsupportedAlgorithm;
        }

        // at+jwt, logout+jwt and the like are tokens made for another purpose (RFC 8725 section 3.11).
        return Type is null || IsJwt(Type) || (allowJwsType && Type == "JWS") ? null : JwsFault.UnsupportedType;
    }

    private static bool IsJwt(string type) =>
        type.Equals("JWT", StringComparison.OrdinalIgnoreCase) || type.Equals("application/jwt", StringComparison.OrdinalIgnoreCase);

    // The usual names cost no string.
    private static string? ReadAlgorithm(ref Utf8JsonReader reader) => reader.TokenType != JsonTokenType.String ? null
        : reader.ValueTextEquals("RS256"u8) ? JwsAlgorithm.RS256.Name
        : reader.ValueTextEquals("ES256"u8) ? JwsAlgorithm.ES256.Name
        : reader.ValueTextEquals("RS512"u8) ? JwsAlgorithm.RS512.Name
        : reader.GetString();

    private static string? ReadString(ref Utf8JsonReader reader) => reader.TokenType != JsonTokenType.String ? null
        : reader.ValueTextEquals("JWT"u8) ? "JWT"
        : reader.GetString();
}
