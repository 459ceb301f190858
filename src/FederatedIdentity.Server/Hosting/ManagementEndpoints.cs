using FederatedIdentity.Server.Telemetry.Prometheus;
using Microsoft.AspNetCore.Http.Features;

namespace FederatedIdentity.Server.Hosting;

/// <summary>All that the management port answers; what is not listed here is not there. Nothing of it is on the port of clients.</summary>
internal static class ManagementEndpoints
{
    public static void UseManagement(this WebApplication app) => app.Use((http, next) =>
    {
        if (!ManagementListener.Received(http))
        {
            return next(http);
        }

        if (http.Features.Get<IHttpMetricsTagsFeature>() is { } metrics)
        {
            metrics.MetricsDisabled = true; // Probes would drown the clients in the figures.
        }

        return Find(http.Request) is { } answer ? answer(http) : NotThereAsync(http);
    });

    private static RequestDelegate? Find(HttpRequest request) => HttpMethods.IsGet(request.Method)
        ? request.Path.Value switch
        {
            "/health/live" => HealthEndpoints.LiveAsync,
            "/health/ready" => HealthEndpoints.ReadyAsync,
            "/metrics" => PrometheusEndpoint.AnswerAsync,
            _ => null,
        }
        : null;

    private static Task NotThereAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
