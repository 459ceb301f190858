using System.Diagnostics;
using Npgsql;

namespace FederatedIdentity.Tests.Shared;

/// <summary>
/// An empty database of its own on a real PostgreSQL: the one that FEDERATED_IDENTITY_TEST_POSTGRES names, else a private one that
/// <c>./dev postgres</c> starts. Dropped at the end.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> Server = new(FindServerAsync);

    private readonly string _name;
    private readonly string _server;

    private TestDatabase(string server, string name)
    {
        (_server, _name) = (server, name);
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }

    public string ConnectionString { get; }

    public static async Task<TestDatabase> CreateAsync()
    {
        var database = new TestDatabase(await Server.Value, $"test_{Guid.NewGuid():n}");
        await database.OnServerAsync($"create database {database._name}");
        return database;
    }

    /// <summary>Runs a statement and returns its first value.</summary>
    public async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync() => await OnServerAsync($"drop database if exists {_name} with (force)");

    private async Task OnServerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_server) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> FindServerAsync()
    {
        if (Environment.GetEnvironmentVariable("FEDERATED_IDENTITY_TEST_POSTGRES") is { Length: > 0 } named)
        {
            return named;
        }

        using var dev = Process.Start(new ProcessStartInfo(Path.Combine(Peer.RepositoryRoot, "dev"), "postgres")
        {
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("./dev did not start.");
        var output = await dev.StandardOutput.ReadToEndAsync();
        await dev.WaitForExitAsync();
        return dev.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException("./dev postgres failed.");
    }
}
