namespace FederatedIdentity.Jose;

/// <summary>Why a text is not a JWS that this product reads. Holds nothing of the text, so it may be logged.</summary>
public enum JwsFault
{
    TooLong,
    NotThreeParts,

    /// <summary>Five parts: an encrypted token (JWE), or a refresh token taken for an ID token.</summary>
    Encrypted,
    EmptyPart,
    BadBase64Url,
    HeaderTooLarge,
    HeaderNotJson,
    DuplicateHeaderMember,

    /// <summary><c>crit</c>, <c>b64</c> or <c>zip</c>, whatever their value: no extension is supported (RFC 7515 section 4.1.11).</summary>
    UnsupportedHeader,

    /// <summary>A header member of the wrong JSON type or length, or a missing <c>alg</c>.</summary>
    BadHeaderMember,

    /// <summary>An <c>alg</c> outside <see cref="JwsAlgorithm.AllNames"/>, <c>none</c> and HMAC among them.</summary>
    UnsupportedAlgorithm,

    /// <summary><c>EdDSA</c>, or <c>Ed25519</c> by its newer name (RFC 9864): sound, but .NET has no type for it.</summary>
    PlatformLacksEd25519,

    /// <summary>A <c>typ</c> of another kind of token.</summary>
    UnsupportedType,

    /// <summary><c>cty</c> says that the payload is another token.</summary>
    NestedToken,
    PayloadNotJsonObject,
    DuplicatePayloadMember,
}
