using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Server.OpenId;
using FederatedIdentity.Server.Overload;
using FederatedIdentity.Storage.Postgres;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FederatedIdentity.Server.Hosting;

/// <summary>What every part of the server stands on: options, clock, master key, start-up, limits, logs.</summary>
internal static class HostingServices
{
    // Longer than any deadline inside, so that a request in flight at SIGTERM is always answered.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(25);

    public static IServiceCollection AddHosting(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(new SharedClock(TimeProvider.System));
        services.AddSingleton<TimeProvider>(provider => provider.GetRequiredService<SharedClock>());
        services.AddHostedService<ClockFollower>();
        services.AddOptions<DeploymentOptions>().Bind(configuration.GetSection(DeploymentOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DeploymentOptions>, DeploymentOptionsValidator>();
        services.AddOptions<BootstrapOptions>().Bind(configuration.GetSection(BootstrapOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<BootstrapOptions>, BootstrapOptionsValidator>();
        services.AddOptions<ProxyOptions>().Bind(configuration.GetSection(ProxyOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ProxyOptions>, ProxyOptionsValidator>();
        services.AddSingleton<TrustedProxies>();
        services.AddOptions<MasterKeyOptions>().Bind(configuration.GetSection(MasterKeyOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MasterKeyOptions>, MasterKeyOptionsValidator>();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<MasterKeyOptions>>().Value.Load());
        services.AddSingleton(provider =>
        {
            var deployment = provider.GetRequiredService<IOptions<DeploymentOptions>>().Value;
            return new IdentityResolver(
                provider.GetRequiredService<IIdentityStore>(),
                provider.GetRequiredService<TimeProvider>(),
                new NewIdentityIds(deployment.Region).Next);
        });
        services.AddSingleton<IdentityUnlinker>();
        services.AddSingleton<DeveloperMerger>();
        services.AddMetrics();
        services.AddSingleton<RequestMetrics>();
        services.AddSingleton<ReplicaMetrics>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<DatabaseProbe>();
        services.AddSingleton<Bootstrap>();
        services.AddHostedService<Startup>();
        services.AddOptions<ManagementOptions>().Bind(configuration.GetSection(ManagementOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ManagementOptions>, ManagementOptionsValidator>();
        services.AddSingleton<ManagementListener>();
        services.AddOptions<ShutdownOptions>().Bind(configuration.GetSection(ShutdownOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ShutdownOptions>, ShutdownOptionsValidator>();
        services.AddHostedService<ShutdownDelay>();
        services.AddOptions<HostOptions>().Configure<IOptions<ShutdownOptions>>(
            (host, shutdown) => host.ShutdownTimeout = shutdown.Value.Delay + DrainTime);
        return services;
    }

    /// <summary>One JSON object a line; the framework speaks up from warnings on, so that no URL or header is ever in a log.</summary>
    public static void ConfigureLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();

        // A collector that stops reading must not stop the server. How many lines were lost is told when it reads again.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
        builder.Logging.AddJsonConsole(console =>
        {
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("System", LogLevel.Warning);
        builder.Logging.AddFilter("Npgsql", LogLevel.Warning);
        builder.Services.PostConfigure<LoggerFilterOptions>(LogFloor.Raise);
    }

    public static void ConfigureKestrel(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            KestrelLimits.Apply(kestrel.Limits);
        });
        builder.ServeHttp1AndHttp2();
    }

    /// <summary>The password may come apart from the rest, as a secret of its own that somebody else keeps.</summary>
    public static PostgresConnection RequiredPostgres(this IConfiguration configuration)
    {
        if (configuration.GetConnectionString("Postgres") is not { Length: > 0 } connection)
        {
            throw new InvalidOperationException("ConnectionStrings:Postgres is required: an Npgsql connection string.");
        }

        if (configuration["FederatedIdentity:Postgres:Password"] is { Length: > 0 } password)
        {
            connection = new NpgsqlConnectionStringBuilder(connection) { Password = password }.ConnectionString;
        }

        return configuration.GetValue<bool?>("FederatedIdentity:Postgres:PgBouncer") is { } pgBouncer
            ? PostgresConnection.Of(connection, pgBouncer)
            : PostgresConnection.Find(connection);
    }

    /// <summary>Kestrel would write the time of the machine.</summary>
    public static void UseSharedDate(this WebApplication app)
    {
        var header = new DateHeader(app.Services.GetRequiredService<TimeProvider>());
        app.Use(header.InvokeAsync);
    }

    /// <summary>An issuer with a path is served below that path, whether or not the ingress in front takes it off.</summary>
    public static void UseIssuerPath(this WebApplication app)
    {
        var issuer = new Uri(app.Services.GetRequiredService<IOptions<TokenOptions>>().Value.RequiredIssuer);
        app.UsePathBase(issuer.AbsolutePath.TrimEnd('/'));
    }
}
