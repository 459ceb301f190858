using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Storage;

public sealed class MigrationTests : IAsyncLifetime
{
    private const string SchemaSql = """
        select string_agg(format('%s %s', c.oid, c.relname), ', ' order by c.oid)
        from pg_class c where c.relnamespace = 'public'::regnamespace
        """;

    private TestDatabase _database = null!;
    private NpgsqlDataSource _db = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _db = NpgsqlDataSource.Create(_database.ConnectionString);
    }

    public async Task DisposeAsync()
    {
        await _db.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Ten_at_once_migrate_an_empty_database_once()
    {
        var migrations = await EmbeddedCountAsync();

        var applied = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Migrator(_database.ConnectionString).MigrateAsync(default)));

        Assert.Equal(migrations, applied.Sum());
        Assert.Single(applied, migrations);
        Assert.Equal(migrations, await _db.ValueAsync<long>("""select count(*) from "__EFMigrationsHistory" """));
    }

    [Fact]
    public async Task A_second_run_changes_nothing()
    {
        await Migrator(_database.ConnectionString).MigrateAsync(default);
        var before = await _db.ValueAsync<string>(SchemaSql);

        Assert.Equal(0, await Migrator(_database.ConnectionString).MigrateAsync(default));

        Assert.Equal(before, await _db.ValueAsync<string>(SchemaSql));
    }

    [Fact]
    public async Task A_schema_that_lacks_a_migration_is_not_current_and_a_newer_one_is()
    {
        Assert.False(await IsCurrentAsync());
        await Migrator(_database.ConnectionString).MigrateAsync(default);
        Assert.True(await IsCurrentAsync());

        await _db.RunAsync("""insert into "__EFMigrationsHistory" values ('00000000009999_of_a_newer_release', '10.0.0')""");
        Assert.True(await IsCurrentAsync());
        await _db.RunAsync("""delete from "__EFMigrationsHistory" where "MigrationId" = '00000000000001_initial'""");
        Assert.False(await IsCurrentAsync());
    }

    [Fact]
    public async Task A_schema_that_lacks_what_this_version_uses_is_refused()
    {
        await Migrator(_database.ConnectionString).MigrateAsync(default);
        await _db.RunAsync("""insert into "__EFMigrationsHistory" values ('00000000009998_needs_0.1.0_drop_what_nobody_uses', '10.0.0')""");
        Assert.True(await IsCurrentAsync());

        await _db.RunAsync("""insert into "__EFMigrationsHistory" values ('00000000009999_needs_999.0.0_drop_something', '10.0.0')""");

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(IsCurrentAsync);
        Assert.Contains("too new for this version", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("9999_needs_999.0.0_drop_something", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migrator_waits_for_another_and_stops_waiting_when_cancelled()
    {
        await using var other = await _db.OpenConnectionAsync();
        await using var hold = new NpgsqlCommand($"select pg_advisory_lock({SchemaMigrator.LockKey})", other);
        await hold.ExecuteNonQueryAsync();
        using var stop = new CancellationTokenSource();

        var cancelled = Migrator(_database.ConnectionString).MigrateAsync(stop.Token);
        var patient = Migrator(_database.ConnectionString).MigrateAsync(default);
        await _db.WaitForBlockedAsync(2);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await using var release = new NpgsqlCommand("select pg_advisory_unlock_all()", other);
        await release.ExecuteNonQueryAsync();

        Assert.Equal(await EmbeddedCountAsync(), await patient);
    }

    [Fact]
    public async Task A_database_owner_without_other_rights_can_migrate()
    {
        var role = $"owner_{Guid.NewGuid():N}";
        await _database.OnServerAsync($"create role {role} login nosuperuser password 'owner'");
        try
        {
            await using var owned = await TestDatabase.CreateAsync(role);
            var asOwner = new NpgsqlConnectionStringBuilder(owned.ConnectionString) { Username = role, Password = "owner" };

            Assert.Equal(await EmbeddedCountAsync(), await Migrator(asOwner.ConnectionString).MigrateAsync(default));
        }
        finally
        {
            await _database.OnServerAsync($"drop role {role}");
        }
    }

    [Fact]
    public async Task Every_file_has_its_class()
    {
        var files = typeof(SchemaMigrator).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("migrations/", StringComparison.Ordinal));
        await using var tables = Tables();

        Assert.Equal(files.Order(StringComparer.Ordinal), tables.Database.GetMigrations().Select(id => $"migrations/{id[10..]}.sql"));
        Assert.Equal(tables.Database.GetMigrations(), MigrationIds.Known);
    }

    private static SchemaMigrator Migrator(string connectionString) =>
        new(PostgresConnection.Of(connectionString), NullLogger<SchemaMigrator>.Instance);

    private ControlPlaneDb Tables() => new(new DbContextOptionsBuilder<ControlPlaneDb>().UseNpgsql(_db).Options);

    private async Task<int> EmbeddedCountAsync()
    {
        await using var tables = Tables();
        return tables.Database.GetMigrations().Count();
    }

    private Task<bool> IsCurrentAsync() =>
        new SchemaVersion(_db, PostgresConnection.Of(_database.ConnectionString)).IsCurrentAsync(default);
}
