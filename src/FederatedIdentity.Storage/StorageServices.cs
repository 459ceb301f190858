using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Postgres.Chores;
using FederatedIdentity.Storage.Secrets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedIdentity.Storage;

/// <summary>Registers everything that keeps its state in PostgreSQL. The caller registers a <see cref="Secrets.MasterKey"/>.</summary>
public static class StorageServices
{
    public static IServiceCollection AddStorage(this IServiceCollection services, string postgresConnectionString) =>
        services.AddStorage(PostgresConnection.Of(postgresConnectionString));

    public static IServiceCollection AddStorage(this IServiceCollection services, PostgresConnection postgres)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(postgres);
        services.AddSingleton(provider => SourceOf("main", postgres.ConnectionString, provider));
        services.AddSingleton<PostgresMetrics>();
        services.AddSingleton<PostgresHosts>();
        services.AddSingleton<Repeats>();
        services.AddSingleton<Stragglers>();
        services.AddSingleton<Overdue>();
        services.AddSingleton<ControlPlaneStatements>();
        services.AddSingleton(provider => new Database(
            provider.GetRequiredService<NpgsqlDataSource>(),
            postgres,
            provider.GetRequiredService<Repeats>(),
            provider.GetRequiredService<Overdue>()));
        services.AddPooledDbContextFactory<ControlPlaneDb>((provider, options) => options
            .UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>())
            .AddInterceptors(provider.GetRequiredService<ControlPlaneStatements>())
            .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning)));
        services.AddSingleton<IdentityReads>();
        services.AddSingleton<NewIdentities>();
        services.AddSingleton<IIdentityStore, NpgsqlIdentityStore>();
        services.AddSingleton<GuestUses>();
        services.AddHostedService<GuestUseWriter>();
        services.AddMetrics();
        services.AddSingleton<PoolMetrics>();
        services.AddSingleton<NpgsqlPoolCatalog>();
        services.AddSingleton<IPoolCatalog>(provider => provider.GetRequiredService<NpgsqlPoolCatalog>());
        services.AddKeyedSingleton(
            PoolChangeFeed.Connection,
            (provider, _) => SourceOf("changes", postgres.ForProbe(PoolChangeFeed.Patience), provider));
        services.AddHostedService<PoolChangeFeed>();
        services.AddSingleton<NpgsqlSigningKeys>();
        services.AddSingleton<NpgsqlAccessKeys>();
        services.AddSingleton<NpgsqlSessionKeys>();
        services.AddSingleton<StoredEnvelopes>();
        services.AddSingleton<NpgsqlPrincipals>();
        services.AddSingleton<NpgsqlAccounts>();
        services.AddSingleton<SchemaVersion>();
        services.AddSingleton(provider =>
            new SchemaMigrator(postgres, provider.GetRequiredService<ILogger<SchemaMigrator>>()));
        services.AddSingleton(provider => new HousekeepingLease(
            provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IChore, DeletedPools>();
        services.AddSingleton<IChore, OldPoolChanges>();
        services.AddSingleton<IChore, StaleGuests>();
        services.AddSingleton<ChoreMetrics>();
        services.AddHostedService<Housekeeper>();
        services.AddSingleton<AccessKeyUses>();
        services.AddHostedService(provider => provider.GetRequiredService<AccessKeyUses>());
        return services;
    }

    /// <summary>Without a <paramref name="name"/> of our own, traces and metrics show the connection string, if not its password.</summary>
    private static NpgsqlDataSource SourceOf(string name, string connectionString, IServiceProvider services) =>
        new NpgsqlDataSourceBuilder(connectionString) { Name = name }
        .UseLoggerFactory(services.GetService<ILoggerFactory>())
        .ConfigureTracing(StorageTracing.Configure)
        .Build();
}
