using System.Text.Json.Serialization;

namespace FederatedIdentity.Server.Operations;

/// <summary>The body of every error: the bare shape name, and the message when there is one.</summary>
internal sealed record ErrorShape(
    [property: JsonPropertyName("__type")] string Type, [property: JsonPropertyName("message")] string? Message);
