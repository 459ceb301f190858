using System.Text.Json.Serialization;

namespace FederatedIdentity.Server.Operations;

/// <summary>The body of every error: the bare shape name, and the message when there is one.</summary>
internal sealed record ErrorShape(
    [property: JsonPropertyName("__type")] string Type, [property: JsonPropertyName("message")] string? Message)
{
    /// <summary>The message of what is refused before an operation sees it, which the real service spells with a capital.</summary>
    [JsonPropertyName("Message")]
    public string? CapitalMessage { get; init; }

    public static ErrorShape Of(ApiError error) => error.Type == "AccessDeniedException"
        ? new ErrorShape(error.Type, Message: null) { CapitalMessage = error.Message }
        : new ErrorShape(error.Type, error.Message);
}
