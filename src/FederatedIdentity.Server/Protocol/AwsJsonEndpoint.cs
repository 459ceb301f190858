using FederatedIdentity.Server.Operations;
using FederatedIdentity.Server.Sts;

namespace FederatedIdentity.Server.Protocol;

/// <summary>Where the API is: <c>POST /</c> for calls, <c>OPTIONS</c> for browsers' preflights; anything else is told so.</summary>
internal static class AwsJsonEndpoint
{
    private static readonly byte[] NotUnderstood =
        """{"code":"BadRequest","message":"The server did not understand the operation that was requested.","type":"client"}"""u8.ToArray();

    public static IServiceCollection AddOperations(this IServiceCollection services)
    {
        services.AddSingleton<CallRunner>();
        services.AddSingleton<CallIntake>();
        services.AddSingleton<AwsJsonDispatcher>();
        services.AddSingleton<AwsQueryDispatcher>();
        services.AddIam();
        services.AddSingleton<IAccessKeys, StoredAccessKeys>();
        services.AddSingleton<SignatureGate>();
        services.AddSingleton<SignedCalls>();
        services.AddSingleton<PublicCalls>();
        services.AddSingleton<LoginVerifier>();
        services.AddSingleton<PoolTags>();
        services.AddSingleton<PageTokens>();
        services.AddSingleton<ProviderSecrets>();
        foreach (var operation in ApiSurface.Operations.Values)
        {
            operation.Register(services);
        }

        foreach (var action in StsSurface.Actions.Concat(IamSurface.Actions))
        {
            action.Register(services);
        }

        return services;
    }

    public static void MapAwsJson(this WebApplication app)
    {
        var json = app.Services.GetRequiredService<AwsJsonDispatcher>();
        var query = app.Services.GetRequiredService<AwsQueryDispatcher>();
        app.MapPost("/", (RequestDelegate)(http =>
            AwsQueryDispatcher.Speaks(http.Request) ? query.HandleAsync(http) : json.HandleAsync(http)));
        app.MapGet("/", (RequestDelegate)(http =>
            http.Request.Query.ContainsKey("Action") ? query.HandleAsync(http) : RefuseAsync(http)));
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
