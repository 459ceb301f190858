using System.Text.Json;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.OpenId;

/// <summary>What a stranger needs to verify our tokens: the discovery document and the keys.</summary>
internal static class OpenIdEndpoints
{
    /// <summary>The path is the real service's, odd name included; <c>jwks.json</c> is what people try first.</summary>
    public const string JwksPath = "/.well-known/jwks_uri";

    private static readonly string[] Readable = [HttpMethods.Get, HttpMethods.Head];

    public static void MapOpenId(this IEndpointRouteBuilder endpoints)
    {
        var options = endpoints.ServiceProvider.GetRequiredService<IOptions<TokenOptions>>().Value;
        var keys = endpoints.ServiceProvider.GetRequiredService<SigningKeyRing>();
        endpoints.MapMethods("/.well-known/openid-configuration", Readable, Discovery(options).WriteAsync);
        RequestDelegate jwks = http => keys.IsLoaded ? keys.PublicKeys.WriteAsync(http) : NotYetAsync(http);
        endpoints.MapMethods(JwksPath, Readable, jwks);
        endpoints.MapMethods("/.well-known/jwks.json", Readable, jwks);
    }

    private static Task NotYetAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.Headers.CacheControl = "no-store"; // An empty key set that a verifier remembers would outlive the start.
        return Task.CompletedTask;
    }

    private static PublishedDocument Discovery(TokenOptions options)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("issuer", options.RequiredIssuer);
            writer.WriteString("jwks_uri", options.UrlOf(JwksPath));
            WriteOne(writer, "response_types_supported", "id_token");
            WriteOne(writer, "subject_types_supported", "public");
            WriteOne(writer, "id_token_signing_alg_values_supported", options.Tokens.SigningAlgorithm);
            writer.WriteEndObject();
        }

        return new PublishedDocument(json.ToArray());
    }

    private static void WriteOne(Utf8JsonWriter writer, string name, string value)
    {
        writer.WriteStartArray(name);
        writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
