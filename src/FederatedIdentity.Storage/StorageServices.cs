using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Storage.Postgres;
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
    // What the given connection string says overrides these. 32 connections let inserts share their commits, more gained nothing when
    // measured. No session state is ever left behind on a connection, so there is nothing to reset when it returns to the pool.
    // A database that falls silent is waited for twice, for the answer and, on a blocked thread, for taking the command back: hence the
    // short times, many times what any statement here takes.
    private const string Defaults =
        "Application Name=federated-identity;Maximum Pool Size=32;Max Auto Prepare=64;Auto Prepare Min Usages=2;No Reset On Close=true;"
        + "Command Timeout=5;Timeout=4;TCP Keepalive=true;TCP Keepalive Time=30;TCP Keepalive Interval=5";

    public static IServiceCollection AddStorage(this IServiceCollection services, string postgresConnectionString)
    {
        var connectionString = WithDefaults(postgresConnectionString);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new NpgsqlDataSourceBuilder(connectionString)
            .UseLoggerFactory(provider.GetService<ILoggerFactory>())
            .Build());
        services.AddPooledDbContextFactory<ControlPlaneDb>((provider, options) => options
            .UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>())
            .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning)));
        services.AddSingleton<IIdentityStore, NpgsqlIdentityStore>();
        services.AddSingleton<IPoolCatalog, NpgsqlPoolCatalog>();
        services.AddSingleton<NpgsqlSigningKeys>();
        services.AddSingleton<NpgsqlAccessKeys>();
        services.AddSingleton<NpgsqlSessionKeys>();
        services.AddSingleton<StoredEnvelopes>();
        services.AddSingleton<NpgsqlPrincipals>();
        services.AddSingleton<NpgsqlAccounts>();
        services.AddSingleton<SchemaVersion>();
        services.AddSingleton(provider =>
            new SchemaMigrator(connectionString, provider.GetRequiredService<ILogger<SchemaMigrator>>()));
        services.AddHostedService<PoolReaper>();
        services.AddSingleton<AccessKeyUses>();
        services.AddHostedService(provider => provider.GetRequiredService<AccessKeyUses>());
        return services;
    }

    /// <summary>Of a keyword that occurs twice, the last one counts.</summary>
    internal static string WithDefaults(string connectionString) =>
        new NpgsqlConnectionStringBuilder($"{Defaults};{connectionString}").ConnectionString;
}
