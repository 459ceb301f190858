using System.Globalization;
using Npgsql;

namespace FederatedIdentity.Tests.Shared;

/// <summary>
/// A real PgBouncer in transaction mode in front of a PostgreSQL, with few connections to it; it may be killed, hung and started again on
/// the same port, and pointed at another PostgreSQL.
/// </summary>
internal sealed class PgBouncerProcess : IAsyncDisposable
{
    private const string Variable = "FEDERATED_IDENTITY_TEST_PGBOUNCER";

    private readonly string _folder;
    private readonly int _port;
    private readonly int _poolSize;
    private PrivateProgram? _program;

    private PgBouncerProcess(string folder, int poolSize) => (_folder, _port, _poolSize) = (folder, ServerProcess.FreePort(), poolSize);

    public PrivateProgram Program => _program!;

    /// <summary>The way to the same database through here, for a server told that it is PgBouncer's.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <param name="postgres">Connection string of a PostgreSQL, a single host.</param>
    /// <param name="poolSize">Connections to PostgreSQL, shared by all clients.</param>
    public static async Task<PgBouncerProcess> StartAsync(string postgres, int poolSize = 4)
    {
        var program = PrivateProgram.NamedBy(Variable);
        var bouncer = new PgBouncerProcess(await Unprivileged.FolderAsync("federated-identity-pgbouncer"), poolSize);
        await bouncer.ConfigureAsync(postgres);
        string[] account = Unprivileged.IsRoot ? ["-u", Unprivileged.Account] : [];
        bouncer._program = await PrivateProgram.StartProgramAsync(program, bouncer._port, [.. account, bouncer.Settings]);
        return bouncer;
    }

    /// <summary>From now on for another PostgreSQL, with the same users: what an operator's failover script does.</summary>
    public async Task PointAtAsync(string postgres)
    {
        await ConfigureAsync(postgres);
        await Program.SignalAsync("HUP");
    }

    public async ValueTask DisposeAsync()
    {
        if (_program is not null)
        {
            await _program.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private string Settings => Path.Combine(_folder, "pgbouncer.ini");

    private string Users => Path.Combine(_folder, "users.txt");

    private async Task ConfigureAsync(string postgres)
    {
        var target = new NpgsqlConnectionStringBuilder(postgres);
        var (host, port) = HostOf(target);
        ConnectionString = new NpgsqlConnectionStringBuilder(postgres)
        {
            Host = "127.0.0.1", Port = _port, TargetSessionAttributes = null,
        }.ConnectionString;
        await File.WriteAllTextAsync(Users, $"\"{target.Username}\" \"{target.Password}\"\n");
        await File.WriteAllTextAsync(Settings, $"""
            [databases]
            * = host={host} port={port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {_port}
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = {Users}
            pool_mode = transaction
            default_pool_size = {_poolSize}
            max_client_conn = 1000
            server_login_retry = 1
            server_connect_timeout = 2
            query_wait_timeout = 10
            """);
    }

    private static (string Host, int Port) HostOf(NpgsqlConnectionStringBuilder target) =>
        target.Host!.Split(':') is [var host, var port]
            ? (host, int.Parse(port, CultureInfo.InvariantCulture))
            : (target.Host, target.Port);
}
