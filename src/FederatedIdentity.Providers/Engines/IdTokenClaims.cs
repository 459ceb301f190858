using System.Text.Json;

namespace FederatedIdentity.Providers.Engines;

/// <summary>How a claim stands in a token.</summary>
internal enum ClaimForm : byte
{
    Absent,
    Good,
    Malformed,
}

/// <summary>A claim of text as the token states it.</summary>
internal readonly record struct TextClaim(ClaimForm Form, string? Value = null);

/// <summary>A claim of epoch seconds as the token states it; a good one is finite and lies within years 1 to 9999.</summary>
internal readonly record struct TimeClaim(ClaimForm Form, double Value = 0);

/// <summary>
/// The claims of an ID token that decide about it, read once and with their JSON types held against them; nothing is verified.
/// </summary>
internal sealed class IdTokenClaims
{
    private const int MaxAudiences = 16;
    private const double LastSecondOfYear9999 = 253_402_300_799;
    private const double FirstSecondOfYear1 = -62_135_596_800;

    /// <param name="payload">A JSON object without repeated names.</param>
    public IdTokenClaims(JsonElement payload)
    {
        Issuer = Text(payload, "iss"u8);
        Subject = Text(payload, "sub"u8);
        AuthorizedParty = Text(payload, "azp"u8);
        Expires = Time(payload, "exp"u8);
        IssuedAt = Time(payload, "iat"u8);
        NotBefore = Time(payload, "nbf"u8);
        AuthenticatedAt = Time(payload, "auth_time"u8);
        (AudienceForm, Audiences) = ReadAudiences(payload);
        Oddity = FindOddity(payload);
    }

    public TextClaim Issuer { get; }

    public TextClaim Subject { get; }

    public TextClaim AuthorizedParty { get; }

    public TimeClaim Expires { get; }

    public TimeClaim IssuedAt { get; }

    public TimeClaim NotBefore { get; }

    public TimeClaim AuthenticatedAt { get; }

    public ClaimForm AudienceForm { get; }

    /// <summary>One to sixteen audiences when their form is good, else none.</summary>
    public IReadOnlyList<string> Audiences { get; }

    /// <summary>The name of a claim that an ID token never carries, or never in this form.</summary>
    public string? Oddity { get; }

    private static TextClaim Text(JsonElement payload, ReadOnlySpan<byte> name) =>
        !payload.TryGetProperty(name, out var claim) ? new(ClaimForm.Absent)
        : claim.ValueKind == JsonValueKind.String ? new(ClaimForm.Good, claim.GetString())
        : new(ClaimForm.Malformed);

    private static TimeClaim Time(JsonElement payload, ReadOnlySpan<byte> name)
    {
        if (!payload.TryGetProperty(name, out var claim))
        {
            return new(ClaimForm.Absent);
        }

        // As a double, because 1e10 and 1700000000.5 are legal; 1e400 becomes infinity and falls out of the range.
        return claim.ValueKind == JsonValueKind.Number && claim.TryGetDouble(out var seconds)
            && seconds is >= FirstSecondOfYear1 and <= LastSecondOfYear9999
            ? new(ClaimForm.Good, seconds)
            : new(ClaimForm.Malformed);
    }

    private static (ClaimForm Form, IReadOnlyList<string> Audiences) ReadAudiences(JsonElement payload)
    {
        if (!payload.TryGetProperty("aud"u8, out var claim) || claim.ValueKind == JsonValueKind.Null)
        {
            return (ClaimForm.Absent, []);
        }

        if (claim.ValueKind == JsonValueKind.String)
        {
            return (ClaimForm.Good, [claim.GetString()!]);
        }

        if (claim.ValueKind != JsonValueKind.Array || claim.GetArrayLength() is 0 or > MaxAudiences)
        {
            return (ClaimForm.Malformed, []);
        }

        return claim.EnumerateArray().All(audience => audience.ValueKind == JsonValueKind.String)
            ? (ClaimForm.Good, [.. claim.EnumerateArray().Select(audience => audience.GetString()!)])
            : (ClaimForm.Malformed, []);
    }

    private static string? FindOddity(JsonElement payload)
    {
        // RFC 8417: security events and logout tokens.
        if (payload.TryGetProperty("events"u8, out _))
        {
            return "events";
        }

        if (payload.TryGetProperty("token_use"u8, out var use) && !(use.ValueKind == JsonValueKind.String && use.ValueEquals("id"u8)))
        {
            return "token_use";
        }

        return !IsNullOr(payload, "nonce"u8, JsonValueKind.String) ? "nonce"
            : !IsNullOr(payload, "at_hash"u8, JsonValueKind.String) ? "at_hash"
            : !IsNullOr(payload, "acr"u8, JsonValueKind.String) ? "acr"
            : !IsNullOr(payload, "amr"u8, JsonValueKind.Array) ? "amr"
            : null;
    }

    private static bool IsNullOr(JsonElement payload, ReadOnlySpan<byte> name, JsonValueKind kind) =>
        !payload.TryGetProperty(name, out var claim) || claim.ValueKind == kind || claim.ValueKind == JsonValueKind.Null;
}
