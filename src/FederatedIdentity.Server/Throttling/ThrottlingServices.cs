using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Throttling;

/// <summary>How often who may ask for what.</summary>
internal static class ThrottlingServices
{
    public static IServiceCollection AddThrottling(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RateLimitOptions>().Bind(configuration.GetSection(RateLimitOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RateLimitOptions>, RateLimitOptionsValidator>();
        services.AddSingleton<RateLimitMetrics>();
        services.AddSingleton<RateLimits>();
        return services;
    }
}
