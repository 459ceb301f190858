using System.Diagnostics;
using FederatedIdentity.Tests.Shared;
using Npgsql;

namespace FederatedIdentity.Benchmarks.Scale;

/// <summary>
/// A PostgreSQL that outlives a run, in a folder below .local. It is as durable as production; only while it is filled it writes no log
/// of rows that a crash would make us fill in again.
/// </summary>
internal sealed class ScaleCluster : IAsyncDisposable
{
    public const string User = "federated_identity_scale";

    private static readonly TimeSpan _deadline = TimeSpan.FromMinutes(5);

    private static readonly string[] _always =
    [
        "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", "shared_buffers=3GB", "maintenance_work_mem=1GB",
        "max_wal_size=8GB", "checkpoint_timeout=15min", "wal_compression=on", "dynamic_shared_memory_type=mmap",
    ];

    private static readonly string[] _filling = ["wal_level=minimal", "max_wal_senders=0", "autovacuum=off"];

    private readonly string _folder;
    private readonly string _password;
    private PrivateProgram? _program;

    private ScaleCluster(string folder, string password) => (_folder, _password) = (folder, password);

    public int Port { get; private set; }

    public int Postmaster => _program!.Process.Id;

    public static async Task<ScaleCluster> OpenAsync(string folder, bool fresh)
    {
        if (fresh && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        var password = Path.Combine(folder, "password");
        if (!File.Exists(password))
        {
            string[] owner = Unprivileged.IsRoot ? ["-o", Unprivileged.Account, "-g", Unprivileged.Account] : [];
            using var install = Process.Start("install", ["-d", "-m", "700", .. owner, folder]);
            await install.WaitForExitAsync();
            var secret = Guid.NewGuid().ToString("N");
            await Unprivileged.RunAsync("sh", "-c", $"umask 077; echo {secret} >'{password}.new'");
            await Unprivileged.RunAsync(
                Tool("initdb"), "-D", Path.Combine(folder, "data"), "-U", User, $"--pwfile={password}.new", "--encoding=UTF8", "--locale=C",
                "--auth-local=reject", "--auth-host=scram-sha-256");
            File.Move($"{password}.new", password);
        }

        return new ScaleCluster(folder, (await File.ReadAllTextAsync(password)).Trim());
    }

    public async Task StartAsync(bool filling)
    {
        Port = ServerProcess.FreePort();
        string[] settings = [.. _always, .. filling ? _filling : []];
        var (program, arguments) = Unprivileged.Command(
            Tool("postgres"), ["-D", Path.Combine(_folder, "data"), "-p", $"{Port}", .. settings.SelectMany(setting => new[] { "-c", setting })]);
        _program = await PrivateProgram.StartProgramAsync(program, Port, arguments);
        for (var began = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                await RunAsync("postgres", "select");
                return;
            }
            catch (PostgresException recovering) when (
                recovering.SqlState == PostgresErrorCodes.CannotConnectNow && Stopwatch.GetElapsedTime(began) < _deadline)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    /// <summary>Writes everything to disk, which may take a while.</summary>
    public async Task StopAsync()
    {
        if (_program is { IsRunning: true })
        {
            await _program.SignalAsync("INT");
            await _program.EndedAsync();
        }
    }

    public string ConnectionStringTo(string database) =>
        $"Host=127.0.0.1;Port={Port};Username={User};Password={_password};Database={database}";

    public async Task<NpgsqlConnection> ConnectAsync(string database)
    {
        var connection = new NpgsqlConnection($"{ConnectionStringTo(database)};Pooling=false;Command Timeout=0;Max Auto Prepare=0");
        await connection.OpenAsync();
        return connection;
    }

    public async Task RunAsync(string database, string sql)
    {
        await using var connection = await ConnectAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ValueAsync<T>(string database, string sql)
    {
        await using var connection = await ConnectAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task<IReadOnlyList<string>> LinesAsync(string database, string sql)
    {
        await using var connection = await ConnectAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var rows = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await rows.ReadAsync())
        {
            lines.Add(rows.GetString(0));
        }

        return lines;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private static string Tool(string name) => Path.Combine(PostgresNode.Programs, name);
}
