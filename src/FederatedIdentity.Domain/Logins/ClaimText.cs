using System.Text.Json;

namespace FederatedIdentity.Domain.Logins;

/// <summary>The texts that a claim offers for comparison. Never throws, whatever JSON a token holds.</summary>
internal static class ClaimText
{
    /// <summary>
    /// Null when the claim is missing, null or an object; else one text for a scalar and one for each scalar of an array. Numbers
    /// and booleans are their JSON text (COGNITO-IDENTITY 3.8).
    /// </summary>
    public static IReadOnlyList<string>? Of(JsonElement? claim) => claim switch
    {
        { ValueKind: JsonValueKind.Array } array => [.. array.EnumerateArray().Select(Scalar).OfType<string>()],
        { } value when Scalar(value) is { } text => [text],
        _ => null,
    };

    private static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Unescaped(value),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };

    // The parser lets half a surrogate pair ("\ud800") pass and only GetString objects. Such a string equals no text there is.
    private static string? Unescaped(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
