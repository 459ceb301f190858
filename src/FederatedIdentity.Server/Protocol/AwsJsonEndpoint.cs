using FederatedIdentity.Server.Operations;

namespace FederatedIdentity.Server.Protocol;

/// <summary>Where the API is: <c>POST /</c> for calls, <c>OPTIONS</c> for browsers' preflights; anything else is told so.</summary>
internal static class AwsJsonEndpoint
{
    private static readonly byte[] NotUnderstood =
        """{"code":"BadRequest","message":"The server did not understand the operation that was requested.","type":"client"}"""u8.ToArray();

    public static IServiceCollection AddOperations(this IServiceCollection services)
    {
        services.AddSingleton<AwsJsonDispatcher>();
        services.AddSingleton<IAccessKeys, StoredAccessKeys>();
        services.AddSingleton<SignatureGate>();
        services.AddSingleton<LoginVerifier>();
        services.AddSingleton<PoolTags>();
        services.AddSingleton<PageTokens>();
        services.AddSingleton<ProviderSecrets>();
        foreach (var operation in ApiSurface.Operations.Values)
        {
            operation.Register(services);
        }

        return services;
    }

    public static void MapAwsJson(this WebApplication app)
    {
        app.MapPost("/", (RequestDelegate)app.Services.GetRequiredService<AwsJsonDispatcher>().HandleAsync);
        app.MapMethods("/{**path}", [HttpMethods.Options], (RequestDelegate)(http =>
        {
            WireHeaders.AllowPreflight(http.Response.Headers);
            http.Response.ContentLength = 0;
            return Task.CompletedTask;
        }));
        app.MapFallback("/{**path}", (RequestDelegate)RefuseAsync); // Without a pattern it leaves out whatever looks like a file.
    }

    private static async Task RefuseAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        http.Response.ContentType = WireHeaders.ContentType;
        http.Response.Headers[WireHeaders.RequestId] = Guid.NewGuid().ToString();
        WireHeaders.AllowAnyOrigin(http.Response.Headers);
        http.Response.ContentLength = NotUnderstood.Length;
        await http.Response.BodyWriter.WriteAsync(NotUnderstood, http.RequestAborted);
    }
}
