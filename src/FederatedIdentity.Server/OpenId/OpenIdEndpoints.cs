namespace FederatedIdentity.Server.OpenId;

/// <summary>What a stranger needs to verify our tokens: the discovery document and the keys.</summary>
internal static class OpenIdEndpoints
{
    /// <summary>The path is the real service's, odd name included; <c>jwks.json</c> is what people try first.</summary>
    public const string JwksPath = "/.well-known/jwks_uri";

    private static readonly string[] Readable = [HttpMethods.Get, HttpMethods.Head];

    public static void MapOpenId(this IEndpointRouteBuilder endpoints)
    {
        var keys = endpoints.ServiceProvider.GetRequiredService<SigningKeyRing>();
        RequestDelegate jwks = http => keys.IsLoaded ? keys.PublicKeys.WriteAsync(http) : NotYetAsync(http);
        RequestDelegate discovery = http => keys.IsLoaded ? keys.Discovery.WriteAsync(http) : NotYetAsync(http);
        endpoints.MapMethods("/.well-known/openid-configuration", Readable, discovery);
        endpoints.MapMethods(JwksPath, Readable, jwks);
        endpoints.MapMethods("/.well-known/jwks.json", Readable, jwks);
    }

    private static Task NotYetAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.Headers.CacheControl = "no-store"; // An empty key set that a verifier remembers would outlive the start.
        return Task.CompletedTask;
    }
}
