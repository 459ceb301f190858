using System.Text.Json;
using FederatedIdentity.Jose;

namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// Reads what a provider answers about a token: one JSON object with one meaning. A member of the wrong type counts as absent, so no
/// reader has to be prepared for it.
/// </summary>
internal static class JsonAnswer
{
    private const int MaxDepth = 16;

    /// <summary>Null for anything but an object, for repeated names and for text that cannot be read.</summary>
    public static JsonElement? Object(byte[] body) =>
        StrictJson.Parse(body, MaxDepth, out _) is { ValueKind: JsonValueKind.Object } root ? root : null;

    public static JsonElement? Object(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Object ? member : null;

    public static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    /// <summary>
    /// Text, or the digits of a number exactly as they were sent: ids outgrow the numbers that JSON readers round to.
    /// </summary>
    public static string? TextOrDigits(JsonElement parent, string name) =>
        Text(parent, name)
        ?? (parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number
            && member.GetRawText() is var digits && digits.All(char.IsAsciiDigit)
                ? digits
                : null);

    public static long? WholeNumber(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out var number)
            ? number
            : null;

    public static bool IsTrue(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.True;
}
