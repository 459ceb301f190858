using FederatedIdentity.Domain.Sharing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Storage.Redis;

/// <summary>Registers what replicas share through Redis, or without Redis each has for itself.</summary>
public static class RedisServices
{
    /// <summary>
    /// A <paramref name="connectionString"/> of null, or an empty one, is a deployment without Redis; one that cannot be read throws.
    /// With Redis the caller registers a <see cref="Secrets.MasterKey"/>.
    /// </summary>
    public static IServiceCollection AddRedis(this IServiceCollection services, string? connectionString)
    {
        var redis = string.IsNullOrWhiteSpace(connectionString) ? null : connectionString;
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<ReplicaOptions>().BindConfiguration(ReplicaOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ReplicaOptions>, ReplicaOptionsValidator>();
        services.AddSingleton(provider => new ReplicaCount(
            provider.GetRequiredService<IOptions<ReplicaOptions>>().Value.Replicas ?? (redis is null ? 1 : ReplicaCount.AssumedWithRedis)));
        services.AddSingleton<LocalRateBudgets>();
        return redis is null ? services.AddNothingShared() : services.AddShared(redis);
    }

    private static IServiceCollection AddNothingShared(this IServiceCollection services)
    {
        services.AddSingleton<ITokenCache, NoTokenCache>();
        services.AddSingleton<IRateBudgets>(provider => provider.GetRequiredService<LocalRateBudgets>());
        services.AddHostedService<SharingNotice>();
        return services;
    }

    private static IServiceCollection AddShared(this IServiceCollection services, string connectionString)
    {
        RedisConnection.Check(connectionString);
        services.AddMetrics();
        services.AddOptions<RedisOptions>().BindConfiguration(RedisOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RedisOptions>, RedisOptionsValidator>();
        services.AddSingleton(provider => new RedisConnection(connectionString, provider.GetRequiredService<IOptions<RedisOptions>>()));
        services.AddSingleton<IRedisExamination, RedisExamination>();
        services.AddSingleton<RedisMetrics>();
        services.AddSingleton<RedisCircuit>();
        services.AddSingleton<CacheSeal>();
        services.AddSingleton<ITokenCache, RedisTokenCache>();
        services.AddSingleton<IRateBudgets, RedisRateBudgets>();
        services.AddHostedService<RedisProbe>();
        return services;
    }
}
