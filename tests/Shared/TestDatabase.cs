using System.Diagnostics;
using Npgsql;

namespace FederatedIdentity.Tests.Shared;

/// <summary>
/// An empty database of its own, dropped when disposed, on the server that the environment names or <c>./dev postgres</c> starts.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    public const string Variable = "FEDERATED_IDENTITY_TEST_POSTGRES";

    private static readonly Lazy<Task<string>> Server = new(FindServerAsync);

    private readonly string _server;
    private readonly string _name;

    private TestDatabase(string server, string name)
    {
        (_server, _name) = (server, name);
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }

    public string ConnectionString { get; }

    /// <param name="owner">The role that owns the database; without it, the one that creates it.</param>
    public static async Task<TestDatabase> CreateAsync(string? owner = null)
    {
        var database = new TestDatabase(await Server.Value, $"test_{Guid.NewGuid():N}");
        await database.OnServerAsync($"create database {database._name}{(owner is null ? "" : $" owner {owner}")}");
        return database;
    }

    /// <summary>Runs a statement in the server's own database.</summary>
    public async Task OnServerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_server) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Runs a statement in this database and returns its first value.</summary>
    public async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async Task<long> CountAsync(string tableAndCondition) => (long)(await ScalarAsync($"select count(*) from {tableAndCondition}"))!;

    /// <summary>Runs a statement from outside the database, which <c>{0}</c> in it names.</summary>
    public Task OutsideAsync(string sql) => OnServerAsync(sql.Replace("{0}", _name, StringComparison.Ordinal));

    public async ValueTask DisposeAsync() => await OnServerAsync($"drop database if exists {_name} with (force)");

    private static async Task<string> FindServerAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return named;
        }

        var start = new ProcessStartInfo(Path.Combine(Peer.RepositoryRoot, "dev"), ["postgres"]) { RedirectStandardOutput = true };
        using var dev = Process.Start(start)!;
        var output = await dev.StandardOutput.ReadToEndAsync();
        await dev.WaitForExitAsync();
        return dev.ExitCode == 0
            ? output.Trim().Split('\n')[^1]
            : throw new InvalidOperationException($"No PostgreSQL for the tests: set {Variable}, or see why ./dev postgres failed.");
    }
}
