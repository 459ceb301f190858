using System.Diagnostics.Metrics;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Postgres.Chores;
using FederatedIdentity.Storage.Secrets;
using FederatedIdentity.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Storage;

/// <summary>Parts of a replica, put together by hand.</summary>
internal static class StorageParts
{
    public static NpgsqlPoolCatalog Catalog(
        this PostgresFixture postgres, TimeProvider clock, MasterKey? masterKey = null, ILogger<NpgsqlPoolCatalog>? logger = null,
        Database? db = null) => new(
        db ?? postgres.Database, masterKey ?? new MasterKey(new byte[MasterKey.Length]), postgres.PoolMetrics(), clock,
        logger ?? NullLogger<NpgsqlPoolCatalog>.Instance);

    public static PoolChangeFeed Feed(
        this PostgresFixture postgres, NpgsqlPoolCatalog catalog, TimeProvider clock, NpgsqlDataSource? db = null) =>
        new(db ?? postgres.Db, catalog, postgres.PoolMetrics(), clock, NullLogger<PoolChangeFeed>.Instance);

    /// <summary>A lease that no other test wants.</summary>
    public static HousekeepingLease OwnLease(this PostgresFixture postgres) =>
        new(postgres.Db, TimeProvider.System, $"{Guid.NewGuid()}");

    private static PoolMetrics PoolMetrics(this PostgresFixture postgres) =>
        new(postgres.Services.GetRequiredService<IMeterFactory>(), TimeProvider.System);
}

/// <summary>Keeps what was logged.</summary>
internal sealed class ListLogger<T> : ILogger<T>
{
    public List<string> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (Lines)
        {
            Lines.Add($"{logLevel}: {formatter(state, exception)}");
        }
    }
}
