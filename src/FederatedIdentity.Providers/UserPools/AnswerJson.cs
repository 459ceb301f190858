using System.Text.Json;

namespace FederatedIdentity.Providers.UserPools;

/// <summary>Reads what a service answers; whatever that is, nothing here throws.</summary>
internal static class AnswerJson
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>The object, or null when the answer is anything else.</summary>
    public static JsonElement? Parse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null; // InvalidOperationException: a member's name is no valid Unicode.
        }
    }

    /// <summary>A member that is a text, else null.</summary>
    public static string? Text(JsonElement json, string name)
    {
        try
        {
            return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member)
                && member.ValueKind == JsonValueKind.String
                ? member.GetString()
                : null;
        }
        catch (InvalidOperationException)
        {
            return null; // No valid Unicode.
        }
    }

    /// <summary>
    /// An AWS error's bare shape name: <c>__type</c> may come with a namespace before <c>#</c> and a URL after <c>:</c>. A name that is
    /// none is left out, for it goes to the log.
    /// </summary>
    public static string ErrorType(JsonElement json)
    {
        var type = Text(json, "__type")?.Split(':')[0].Split('#')[^1] ?? "";
        return type.Length <= 64 && type.All(char.IsAsciiLetterOrDigit) ? type : "";
    }
}
