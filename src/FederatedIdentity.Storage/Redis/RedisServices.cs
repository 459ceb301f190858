using FederatedIdentity.Domain.Sharing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FederatedIdentity.Storage.Redis;

/// <summary>Registers what replicas share through Redis, or without Redis each has for itself.</summary>
public static class RedisServices
{
    /// <summary>A <paramref name="connectionString"/> of null is a deployment without Redis.</summary>
    public static IServiceCollection AddRedis(this IServiceCollection services, string? connectionString)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ITokenCache, NoTokenCache>();
        services.AddSingleton<IRateBudgets, LocalRateBudgets>();
        return services;
    }
}
