using FederatedIdentity.Domain;
using FederatedIdentity.Storage;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Postgres.Tables;
using FederatedIdentity.Storage.Secrets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FederatedIdentity.Tests.Shared;

/// <summary>A migrated database for one test class, with the storage services on it and an account; dropped at the end.</summary>
public class PostgresFixture : IAsyncLifetime
{
    public const string AccountId = "123456789012";

    private TestDatabase? _database;
    private ServiceProvider? _services;
    private NpgsqlDataSource? _db;

    public string ConnectionString => _database!.ConnectionString;

    public IServiceProvider Services => _services!;

    public Database Database => Services.GetRequiredService<Database>();

    /// <summary>For what a test does itself: without the timeouts of the storage services.</summary>
    public NpgsqlDataSource Db => _db!;

    /// <summary>In how many partitions identities are kept; null: as a database is made when nothing is said.</summary>
    protected virtual int? Partitions => null;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _db = NpgsqlDataSource.Create(_database.ConnectionString);
        _services = new ServiceCollection()
            .AddLogging()
            .AddStorage(_database.ConnectionString)
            .AddSingleton(new MasterKey(new byte[MasterKey.Length]))
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        var migrator = new SchemaMigrator(PostgresConnection.Of(_database.ConnectionString), NullLogger<SchemaMigrator>.Instance)
        {
            Partitions = Partitions,
        };
        await migrator.MigrateAsync(default);
        await _services.GetRequiredService<NpgsqlAccessKeys>().EnsureAccountAsync(AccountId, default);
    }

    public async Task DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        if (_db is not null)
        {
            await _db.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    public ControlPlaneDb Tables() => Services.GetRequiredService<IDbContextFactory<ControlPlaneDb>>().CreateDbContext();

    /// <summary>Creates a pool, changed by <paramref name="change"/> before it is saved.</summary>
    public async Task<PoolId> NewPoolAsync(Action<IdentityPoolRow>? change = null)
    {
        var now = new DateTimeOffset(2026, 11, 1, 8, 0, 0, TimeSpan.Zero);
        var pool = new IdentityPoolRow
        {
            Id = $"local-1:{Guid.NewGuid()}",
            AccountId = AccountId,
            Name = "a pool",
            AllowUnauthenticated = true,
            CreatedAt = now,
            ModifiedAt = now,
        };
        change?.Invoke(pool);
        await using var tables = Tables();
        tables.Pools.Add(pool);
        await tables.SaveChangesAsync();
        return new PoolId(pool.Id);
    }

    public async Task DeletePoolAsync(PoolId id, DateTimeOffset at)
    {
        await using var tables = Tables();
        var pool = await tables.LivePools.SingleAsync(pool => pool.Id == id.Value);
        pool.DeletedAt = at;
        await tables.SaveChangesAsync();
    }
}
