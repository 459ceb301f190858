using System.Text;
using System.Text.Json;
using FederatedIdentity.Jose;

namespace FederatedIdentity.Providers.Engines;

/// <summary>Says where an issuer's keys are, by its discovery document (OpenID Connect Discovery 1.0, 3); never throws.</summary>
internal static class DiscoveryDocument
{
    private const int MaxDepth = 32;

    /// <summary>The keys' place, if the document is this issuer's and the place its own; else a reason for the log.</summary>
    public static (Uri? KeysUrl, string? Fault) Read(KeySource source, ReadOnlySpan<byte> json)
    {
        if (StrictJson.Parse(json, MaxDepth, out _) is not { ValueKind: JsonValueKind.Object } document)
        {
            return (null, "discovery: not a JSON document");
        }

        // RFC 9207 and Discovery 4.3: another issuer's document must not lend this issuer its keys.
        if (StringOf(document, "issuer") != source.Issuer)
        {
            return (null, "discovery: names another issuer");
        }

        // A URL is ASCII (RFC 3986, 2). The platform lets other hosts pass, percent-encoded ones too, and throws when their name is needed.
        if (!Uri.TryCreate(StringOf(document, "jwks_uri"), UriKind.Absolute, out var keysUrl) || !Ascii.IsValid(keysUrl.Host))
        {
            return (null, "discovery: jwks_uri is missing or not a URL");
        }

        return source.MayServeKeys(keysUrl) ? (keysUrl, null) : (null, $"discovery: keys are on a foreign host, {keysUrl.Authority}");
    }

    private static string? StringOf(JsonElement document, string name) =>
        document.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
