using System.Diagnostics.Metrics;
using System.Reflection;
using FederatedIdentity.Server.Telemetry.Prometheus;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FederatedIdentity.Server.Telemetry;

/// <summary>
/// Traces, metrics and logs by OTLP, each only when OpenTelemetry's variables say where to. What is off is not there: no listener, no
/// thread, no span.
/// </summary>
/// <remarks>docs/telemetry.md, docs/decisions/0015-telemetry-without-instrumentation-packages.md</remarks>
internal static class TelemetryServices
{
    private const string ServiceName = "federated-identity";

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var (services, configuration) = (builder.Services, builder.Configuration);
        var settings = TelemetrySettings.Read(configuration);
        services.AddSingleton(settings);
        services.AddHostedService<TelemetryExport>();
        services.AddTelemetryOptions(configuration);
        services.AddSingleton<ExportTrouble>();
        services.AddSingleton<IExternalScopeProvider, TraceScopes>();
        if (settings is { Traces: { } traces, Sampling: { } sampling })
        {
            services.AddSingleton(_ => Tracing(configuration, traces, sampling));
            services.PostConfigure<JsonConsoleFormatterOptions>(console => console.IncludeScopes = true); // See TraceScopes.
        }

        if (settings.Metrics is { } metrics)
        {
            services.AddSingleton<ActiveRequests>();
            services.AddSingleton(provider =>
            {
                provider.GetRequiredService<ActiveRequests>(); // Before the first request.
                return Metering(configuration, metrics);
            });
        }

        if (settings.Logs is { } logs)
        {
            builder.Logging.AddOpenTelemetry(logging =>
            {
                logging.IncludeFormattedMessage = true;
                logging.SetResourceBuilder(Resource());
                logging.AddOtlpExporter(logs.Configure);
            });
        }
    }

    public static IServiceCollection AddTelemetryOptions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<TelemetryOptions>().Bind(configuration.GetSection(TelemetryOptions.Section)).ValidateOnStart();
        return services.AddSingleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsValidator>();
    }

    /// <summary>Where the route is known, and before everything else.</summary>
    public static void UseTelemetry(this WebApplication app)
    {
        if (app.Services.GetRequiredService<TelemetrySettings>().Sampling is { } sampling)
        {
            app.Use(new RequestTracing(app.Services.GetRequiredService<IOptions<TelemetryOptions>>(), sampling).InvokeAsync);
        }
    }

    private static TracerProvider Tracing(IConfiguration configuration, OtlpTarget target, TraceSampling sampling) =>
        Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .SetResourceBuilder(Resource())
            .SetSampler(new RequestSampler(sampling))
            .AddSource(TraceSources.Names)
            .AddOtlpExporter(target.Configure)
            .Build();

    private static MeterProvider Metering(IConfiguration configuration, OtlpTarget target) =>
        Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .SetResourceBuilder(Resource())
            .AddMeter("*")
            .AddView(ViewOf)
            .AddOtlpExporter(target.Configure)
            .Build();

    /// <summary>The same as <c>/metrics</c> shows, with the same labels and bounds.</summary>
    private static MetricStreamConfiguration ViewOf(Instrument instrument) => MetricSelection.Of(instrument) switch
    {
        null => MetricStreamConfiguration.Drop,
        _ when ActiveRequests.IsCountedHere(instrument) => MetricStreamConfiguration.Drop,
        { Kind: FamilyKind.Histogram } shown => new ExplicitBucketHistogramConfiguration
        {
            Boundaries = [.. shown.Bounds], TagKeys = shown.Labels, RecordMinMax = false,
        },
        var shown => new MetricStreamConfiguration { TagKeys = shown.Labels },
    };

    /// <summary>OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last, and so have the last word.</summary>
    private static ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddService(ServiceName, serviceVersion: Version)
        .AddAttributes([new("host.name", Environment.MachineName)])
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    private static string? Version =>
        typeof(TelemetryServices).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
}
