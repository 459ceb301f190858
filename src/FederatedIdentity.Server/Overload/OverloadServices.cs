using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FederatedIdentity.Server.Overload;

/// <summary>Everything that keeps a flood of calls, bodies and connections from becoming anybody's outage.</summary>
internal static class OverloadServices
{
    public static IServiceCollection AddOverload(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<OverloadOptions>().Bind(configuration.GetSection(OverloadOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OverloadOptions>, OverloadOptionsValidator>();
        services.AddSingleton<Refusals>();
        services.AddSingleton<ConnectionLimit>();
        services.AddSingleton<BodyBudget>();
        services.AddSingleton(provider => AdmissionLimits.Of(
            provider.GetRequiredService<IOptions<OverloadOptions>>().Value,
            new NpgsqlConnectionStringBuilder(provider.GetRequiredService<NpgsqlDataSource>().ConnectionString).MaxPoolSize));
        services.AddSingleton(provider => new Admission(
            provider.GetRequiredService<AdmissionLimits>(),
            provider.GetRequiredService<Refusals>(),
            provider.GetRequiredService<IMeterFactory>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
