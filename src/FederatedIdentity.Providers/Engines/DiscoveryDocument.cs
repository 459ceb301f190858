using System.Text.Json;

namespace FederatedIdentity.Providers.Engines;

/// <summary>Says where an issuer's keys are, by its discovery document (OpenID Connect Discovery 1.0, 3); never throws.</summary>
internal static class DiscoveryDocument
{
    /// <summary>The keys' place, if the document is this issuer's and the place its own; else a reason for the log.</summary>
    public static (Uri? KeysUrl, string? Fault) Read(KeySource source, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var root = document.RootElement;

            // RFC 9207 and Discovery 4.3: another issuer's document must not lend this issuer its keys.
            if (StringOf(root, "issuer") != source.Issuer)
            {
                return (null, "discovery: names another issuer");
            }

            if (!Uri.TryCreate(StringOf(root, "jwks_uri"), UriKind.Absolute, out var keysUrl))
            {
                return (null, "discovery: jwks_uri is missing or not a URL");
            }

            return source.MayServeKeys(keysUrl) ? (keysUrl, null) : (null, $"discovery: keys are on a foreign host, {keysUrl.Authority}");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // GetString throws InvalidOperationException for text that is no valid Unicode.
            return (null, "discovery: not a JSON document");
        }
    }

    private static string? StringOf(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
