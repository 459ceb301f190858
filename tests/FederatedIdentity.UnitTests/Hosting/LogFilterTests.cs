using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Server.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.UnitTests.Hosting;

/// <summary>Which lines of the web framework there are, wherever logs go and whatever the configuration asks for.</summary>
public sealed class LogFilterTests
{
    public static TheoryData<string, string> Wishes => new()
    {
        { "Logging:LogLevel:Default", "Warning" },
        { "Logging:LogLevel:Default", "Trace" },
        { "Logging:LogLevel:Microsoft.AspNetCore", "Trace" },
        { "Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Trace" },
        { "Logging:Console:LogLevel:Default", "Information" },
        { "Logging:Console:LogLevel:Microsoft.AspNetCore.Hosting", "Trace" },
        { "Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics*", "Trace" },
        { "Logging:Console:LogLevel:Microsoft.*.Server.Kestrel.Http2", "Trace" },
        { "Logging:OpenTelemetry:LogLevel:Default", "Information" },
        { "Logging:OpenTelemetry:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Trace" },
    };

    [Theory]
    [MemberData(nameof(Wishes))]
    public void No_request_has_an_activity_for_the_frameworks_log(string setting, string level)
    {
        using var services = Services(setting, level);

        Assert.False(Logger(services, "Microsoft.AspNetCore.Hosting.Diagnostics").IsEnabled(LogLevel.Critical));
        Assert.False(Logger(services, "Microsoft.AspNetCore.Server.Kestrel.Http2").IsEnabled(LogLevel.Critical));
    }

    [Theory]
    [MemberData(nameof(Wishes))]
    public void What_quotes_URLs_and_headers_speaks_up_from_warnings_on(string setting, string level)
    {
        using var services = Services(setting, level);

        foreach (var category in new[] { "Microsoft.AspNetCore.Routing", "System.Net.Http.HttpClient" })
        {
            var logger = Logger(services, category);
            Assert.Equal((true, false), (logger.IsEnabled(LogLevel.Warning), logger.IsEnabled(LogLevel.Information)));
        }
    }

    private static ILogger Logger(ServiceProvider services, string category) =>
        services.GetRequiredService<ILoggerFactory>().CreateLogger(category);

    private static ServiceProvider Services(string setting, string level)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:1", // Nobody is there.
            [setting] = level,
        });
        builder.ConfigureLogging();
        builder.AddTelemetry();
        return builder.Services.BuildServiceProvider();
    }
}
