using FederatedIdentity.Server.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace FederatedIdentity.Server.Telemetry.Prometheus;

/// <summary><c>/metrics</c>: the figures of this replica, in the format that the scraper prefers of those we write.</summary>
internal static class PrometheusEndpoint
{
    public static IServiceCollection AddPrometheus(this IServiceCollection services) => services.AddSingleton<MetricCollector>();

    /// <summary>Before anything counts, and only where anybody can ask.</summary>
    public static void StartPrometheus(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<ManagementOptions>>().Value.Port is not null)
        {
            app.Services.GetRequiredService<MetricCollector>().Start();
        }

        app.Services.GetRequiredService<ReplicaMetrics>(); // Nobody else needs it.
    }

    public static async Task AnswerAsync(HttpContext http)
    {
        var services = http.RequestServices;
        await services.GetRequiredService<DatabaseProbe>().IsReadyAsync(http.RequestAborted); // One of the figures is its last answer.
        var openMetrics = PrefersOpenMetrics(http.Request.Headers.Accept);
        var text = await services.GetRequiredService<MetricCollector>().ScrapeAsync(openMetrics, http.RequestAborted);
        http.Response.ContentType = openMetrics ? Exposition.OpenType : Exposition.PlainType;
        http.Response.ContentLength = text.Length;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.BodyWriter.WriteAsync(text, http.RequestAborted);
    }

    /// <summary>Only when it is asked for by name, in a version that we write, and no less than plain text is.</summary>
    internal static bool PrefersOpenMetrics(IList<string> accept)
    {
        if (!MediaTypeHeaderValue.TryParseList(accept, out var types))
        {
            return false;
        }

        var open = types.Where(IsOpenMetrics).Select(Quality).DefaultIfEmpty(0).Max();
        return open > 0 && open >= types.Where(type => type.MediaType == "text/plain").Select(Quality).DefaultIfEmpty(0).Max();
    }

    private static bool IsOpenMetrics(MediaTypeHeaderValue type) =>
        type.MediaType.Equals("application/openmetrics-text", StringComparison.OrdinalIgnoreCase)
        && type.Parameters.FirstOrDefault(parameter => parameter.Name == "version")?.Value.Value?.Trim('"') is null or "1.0.0" or "0.0.1";

    private static double Quality(MediaTypeHeaderValue type) => type.Quality ?? 1;
}
