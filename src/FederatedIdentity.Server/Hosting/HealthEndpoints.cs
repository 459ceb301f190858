using Npgsql;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// Probes. Live: the process answers. Ready: it has finished starting (schema current, keys loaded), is not draining, and
/// PostgreSQL answers.
/// </summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan DatabaseDeadline = TimeSpan.FromSeconds(2);

    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/health/live", (RequestDelegate)(http => AnswerAsync(http, healthy: true)));
        endpoints.MapGet("/health/ready", (RequestDelegate)(async http =>
        {
            var services = http.RequestServices;
            var ready = services.GetRequiredService<Readiness>().IsReady
                && await DatabaseAnswersAsync(services.GetRequiredService<NpgsqlDataSource>(), http.RequestAborted);
            await AnswerAsync(http, ready);
        }));
    }

    private static Task AnswerAsync(HttpContext http, bool healthy)
    {
        http.Response.StatusCode = healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        http.Response.ContentType = "text/plain";
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync(healthy ? "ok" : "not ready", http.RequestAborted);
    }

    private static async Task<bool> DatabaseAnswersAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(DatabaseDeadline);
        try
        {
            await using var command = database.CreateCommand("select 1");
            await command.ExecuteScalarAsync(deadline.Token);
            return true;
        }
        catch (Exception unanswered) when (unanswered is NpgsqlException or OperationCanceledException)
        {
            return false; // "Not ready" is the report.
        }
    }
}
