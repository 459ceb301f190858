using System.Text.Json;

namespace FederatedIdentity.Server.OpenId;

/// <summary>The discovery document: who issues, where the keys are, and the algorithms of every key that is published.</summary>
internal static class DiscoveryDocument
{
    public static byte[] Write(TokenOptions options, IEnumerable<string> algorithms)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("issuer", options.RequiredIssuer);
            writer.WriteString("jwks_uri", options.UrlOf(OpenIdEndpoints.JwksPath));
            WriteList(writer, "response_types_supported", ["id_token"]);
            WriteList(writer, "subject_types_supported", ["public"]);
            WriteList(writer, "id_token_signing_alg_values_supported", algorithms);
            writer.WriteEndObject();
        }

        return json.ToArray();
    }

    private static void WriteList(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }
}
