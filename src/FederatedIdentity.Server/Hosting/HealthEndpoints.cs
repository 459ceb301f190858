namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// Probes. Live: the process answers. Ready: it has finished starting (schema current, keys loaded), is not draining, and
/// PostgreSQL answers and takes writes.
/// </summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/health/live", (RequestDelegate)LiveAsync);
        endpoints.MapGet("/health/ready", (RequestDelegate)ReadyAsync);
    }

    public static Task LiveAsync(HttpContext http) => AnswerAsync(http, healthy: true);

    public static async Task ReadyAsync(HttpContext http)
    {
        var services = http.RequestServices;
        var ready = services.GetRequiredService<Readiness>().IsReady
            && await services.GetRequiredService<DatabaseProbe>().IsReadyAsync(http.RequestAborted);
        await AnswerAsync(http, ready);
    }

    private static Task AnswerAsync(HttpContext http, bool healthy)
    {
        http.Response.StatusCode = healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        http.Response.ContentType = "text/plain";
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync(healthy ? "ok" : "not ready", http.RequestAborted);
    }
}
