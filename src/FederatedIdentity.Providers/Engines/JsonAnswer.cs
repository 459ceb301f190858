using System.Text.Json;
using FederatedIdentity.Jose;

namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// Reads what a provider answers about a token: one JSON object with one meaning. A member of the wrong type counts as absent, and so
/// does every member of what is no object, so no reader has to be prepared for it.
/// </summary>
internal static class JsonAnswer
{
    private const int MaxDepth = 16;

    /// <summary>Null for anything but an object, for repeated names and for text that cannot be read.</summary>
    public static JsonElement? Object(byte[] body) =>
        StrictJson.Parse(body, MaxDepth, out _) is { ValueKind: JsonValueKind.Object } root ? root : null;

    public static JsonElement? Object(JsonElement parent, string name) => Member(parent, name, JsonValueKind.Object);

    public static string? Text(JsonElement parent, string name) => Member(parent, name, JsonValueKind.String)?.GetString();

    /// <summary>
    /// Text, or the digits of a number exactly as they were sent: ids outgrow the numbers that JSON readers round to.
    /// </summary>
    public static string? TextOrDigits(JsonElement parent, string name) =>
        Text(parent, name)
        ?? (Member(parent, name, JsonValueKind.Number)?.GetRawText() is { } digits && digits.All(char.IsAsciiDigit) ? digits : null);

    public static long? WholeNumber(JsonElement parent, string name) =>
        Member(parent, name, JsonValueKind.Number) is { } member && member.TryGetInt64(out var number) ? number : null;

    public static bool IsTrue(JsonElement parent, string name) => Member(parent, name, JsonValueKind.True) is not null;

    /// <summary>True or false as it is stated; null when it is not.</summary>
    public static bool? Flag(JsonElement parent, string name) =>
        IsTrue(parent, name) ? true : Member(parent, name, JsonValueKind.False) is not null ? false : null;

    public static IEnumerable<JsonElement> List(JsonElement parent, string name) =>
        Member(parent, name, JsonValueKind.Array) is { } list ? list.EnumerateArray() : [];

    private static JsonElement? Member(JsonElement parent, string name, JsonValueKind kind) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) && member.ValueKind == kind ? member : null;
}
