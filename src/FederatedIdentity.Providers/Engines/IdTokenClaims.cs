using System.Text;
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

    private static readonly string[] _texts = ["iss", "sub", "azp", "aud"];
    private static readonly string[] _times = ["exp", "iat", "nbf", "auth_time"];

    // In the order in which they are held against a token.
    private static readonly string[] _oddities = ["events", "token_use", "nonce", "at_hash", "acr", "amr"];

    private static readonly (byte[] Utf8, string Name)[] _names =
        [.. _texts.Concat(_times).Concat(_oddities).Select(name => (Encoding.UTF8.GetBytes(name), name))];

    private static readonly int _longestName = _names.Max(name => name.Utf8.Length);

    /// <param name="payload">A JSON object without repeated names, whose every string can be read.</param>
    public IdTokenClaims(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload);
        reader.Read(); // Into the object.
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = NameOf(ref reader);
            reader.Read();
            if (name is not null)
            {
                Take(name, reader);
            }

            reader.Skip();
        }
    }

    public TextClaim Issuer { get; private set; }

    public TextClaim Subject { get; private set; }

    public TextClaim AuthorizedParty { get; private set; }

    public TimeClaim Expires { get; private set; }

    public TimeClaim IssuedAt { get; private set; }

    public TimeClaim NotBefore { get; private set; }

    public TimeClaim AuthenticatedAt { get; private set; }

    public ClaimForm AudienceForm { get; private set; }

    /// <summary>One to sixteen audiences when their form is good, else none.</summary>
    public IReadOnlyList<string> Audiences { get; private set; } = [];

    /// <summary>The name of a claim that an ID token never carries, or never in this form.</summary>
    public string? Oddity { get; private set; }

    /// <summary>Null for a claim that decides nothing.</summary>
    private static string? NameOf(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.Length > _longestName && !reader.ValueIsEscaped)
        {
            return null;
        }

        foreach (var (utf8, name) in _names)
        {
            if (reader.ValueTextEquals(utf8))
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>The reader stands at the value, and is a copy: how far it is read here is nobody else's business.</summary>
    private void Take(string name, Utf8JsonReader value)
    {
        switch (name)
        {
            case "iss":
                Issuer = Text(ref value);
                break;
            case "sub":
                Subject = Text(ref value);
                break;
            case "azp":
                AuthorizedParty = Text(ref value);
                break;
            case "aud":
                TakeAudiences(ref value);
                break;
            case "exp":
                Expires = Time(ref value);
                break;
            case "iat":
                IssuedAt = Time(ref value);
                break;
            case "nbf":
                NotBefore = Time(ref value);
                break;
            case "auth_time":
                AuthenticatedAt = Time(ref value);
                break;
            default:
                Hold(name, IsOdd(name, ref value));
                break;
        }
    }

    private static TextClaim Text(ref Utf8JsonReader value) =>
        value.TokenType == JsonTokenType.String ? new(ClaimForm.Good, value.GetString()) : new(ClaimForm.Malformed);

    // As a double, because 1e10 and 1700000000.5 are legal; 1e400 becomes infinity and falls out of the range.
    private static TimeClaim Time(ref Utf8JsonReader value) =>
        value.TokenType == JsonTokenType.Number && value.TryGetDouble(out var seconds)
            && seconds is >= FirstSecondOfYear1 and <= LastSecondOfYear9999
            ? new(ClaimForm.Good, seconds)
            : new(ClaimForm.Malformed);

    private void TakeAudiences(ref Utf8JsonReader value)
    {
        var type = value.TokenType;
        Audiences = type switch
        {
            JsonTokenType.String => [value.GetString()!],
            JsonTokenType.StartArray => ListOf(ref value),
            _ => [],
        };
        AudienceForm = Audiences.Count > 0 ? ClaimForm.Good
            : type == JsonTokenType.Null ? ClaimForm.Absent
            : ClaimForm.Malformed;
    }

    /// <summary>Nothing for a list that holds anything but texts, or too many.</summary>
    private static List<string> ListOf(ref Utf8JsonReader value)
    {
        var audiences = new List<string>();
        while (value.Read() && value.TokenType != JsonTokenType.EndArray)
        {
            if (value.TokenType != JsonTokenType.String || audiences.Count == MaxAudiences)
            {
                return [];
            }

            audiences.Add(value.GetString()!);
        }

        return audiences;
    }

    private static bool IsOdd(string name, ref Utf8JsonReader value) => name switch
    {
        "events" => true, // RFC 8417: security events and logout tokens.
        "token_use" => value.TokenType != JsonTokenType.String || !value.ValueTextEquals("id"u8),
        "amr" => value.TokenType is not (JsonTokenType.StartArray or JsonTokenType.Null),
        _ => value.TokenType is not (JsonTokenType.String or JsonTokenType.Null),
    };

    private void Hold(string name, bool isOdd)
    {
        if (isOdd && (Oddity is null || Array.IndexOf(_oddities, name) < Array.IndexOf(_oddities, Oddity)))
        {
            Oddity = name;
        }
    }
}
