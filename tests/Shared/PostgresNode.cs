using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace FederatedIdentity.Tests.Shared;

/// <summary>
/// A PostgreSQL of one test class alone, durable as in production, that may be killed, hung, stopped, started again and followed by a
/// standby. It has one database and one superuser.
/// </summary>
internal sealed class PostgresNode : IAsyncDisposable
{
    public const string Database = "federated_identity";
    public const string User = "federated_identity_tests";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private readonly string _password;
    private PrivateProgram? _program;

    private PostgresNode(string folder, string password) => (_folder, _password, Port) = (folder, password, ServerProcess.FreePort());

    public int Port { get; }

    /// <summary>Where pg_dump and its like are.</summary>
    public static string Programs { get; } = FindPrograms();

    /// <summary>To this node alone, whichever role it has.</summary>
    public string ConnectionString => ConnectionStringTo($"127.0.0.1:{Port}");

    /// <summary>The postmaster, while it runs.</summary>
    public PrivateProgram Program => _program ?? throw new InvalidOperationException("This PostgreSQL was never started.");

    /// <param name="settings">In the form <c>name=value</c>; a standby made from this node has them too.</param>
    public static async Task<PostgresNode> CreateAsync(params string[] settings)
    {
        var node = new PostgresNode(await Unprivileged.FolderAsync("federated-identity-pg"), Guid.NewGuid().ToString("N"));
        var password = Path.Combine(node._folder, "password");
        await File.WriteAllTextAsync(password, node._password);
        await Unprivileged.RunAsync(
            Tool("initdb"), "-D", node.Data, "-U", User, $"--pwfile={password}", "--encoding=UTF8", "--locale=C",
            "--auth-local=reject", "--auth-host=scram-sha-256");
        string[] all = ["listen_addresses='127.0.0.1'", "unix_socket_directories=''", "max_connections=200",
            "wal_retrieve_retry_interval=200ms", // Until its standby has found it again, a primary that restarted commits nothing.
            "dynamic_shared_memory_type=mmap", .. settings]; // Nothing is left behind outside of the folder.
        await File.AppendAllLinesAsync(Path.Combine(node.Data, "postgresql.conf"), all);
        await node.StartAsync();
        await node.ExecuteAsync($"create database {Database}", "postgres");
        return node;
    }

    /// <summary>A new node that streams from this one, which runs.</summary>
    public async Task<PostgresNode> FollowAsync()
    {
        var standby = await CopyAsync("-R", "-X", "stream");
        try
        {
            await standby.StartAsync();
            return standby;
        }
        catch
        {
            await standby.DisposeAsync();
            throw;
        }
    }

    /// <summary>A base backup of this node, which runs: a node that was never started, and needs the archive to be.</summary>
    public Task<PostgresNode> BackUpAsync() => CopyAsync("-X", "none");

    /// <summary>Settings of a node that keeps its write-ahead log in a folder.</summary>
    public static string[] ArchivingTo(string folder) =>
    [
        "archive_mode=on", "archive_timeout=1s", "max_wal_senders=10",
        $"archive_command='test ! -f {folder}/%f && cp %p {folder}/%f.new && mv {folder}/%f.new {folder}/%f'",
    ];

    /// <summary>Starts a base backup as it was at a moment, by what the archive has of later; returns when it takes writes.</summary>
    public async Task RecoverAsync(string archive, string moment)
    {
        var settings = Path.Combine(_folder, "recovery.conf");
        await File.WriteAllLinesAsync(settings,
        [
            $"restore_command='cp {archive}/%f %p'", $"recovery_target_time='{moment}'",
            "recovery_target_action=promote",
            "archive_mode=off", "synchronous_standby_names=''", // It is alone.
        ]);
        await Unprivileged.RunAsync("sh", "-c", $"cat {settings} >>{Data}/postgresql.auto.conf && touch {Data}/recovery.signal");
        await StartAsync();
        await EventuallyAsync("select not pg_is_in_recovery()", "postgres");
        foreach (var setting in new[] { "restore_command", "recovery_target_time", "recovery_target_action" })
        {
            await ExecuteAsync($"alter system reset {setting}", "postgres"); // A standby of it would stop at that moment, too.
        }
    }

    private async Task<PostgresNode> CopyAsync(params string[] options)
    {
        var copy = new PostgresNode(await Unprivileged.FolderAsync("federated-identity-pg"), _password);
        try
        {
            await Unprivileged.RunAsync(
                Tool("pg_basebackup"), ["-D", copy.Data, "-c", "fast", .. options,
                    "-d", $"host=127.0.0.1 port={Port} user={User} password={_password} application_name=standby"]);
            return copy;
        }
        catch
        {
            await copy.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it, again on the same port, and waits until it takes queries.</summary>
    public async Task StartAsync()
    {
        if (_program is null)
        {
            var (program, arguments) = Unprivileged.Command(Tool("postgres"), "-D", Data, "-p", $"{Port}");
            _program = await PrivateProgram.StartProgramAsync(program, Port, arguments);
        }
        else
        {
            await _program.StartAsync();
        }

        await EventuallyAsync("select true", "postgres");
    }

    /// <summary>SIGKILL for every process of it, as when its machine dies.</summary>
    public Task KillAsync() => Program.KillAsync(withChildren: true);

    /// <summary>
    /// A signal for the postmaster and every process it started: with STOP the whole machine seems to hang, with CONT it goes on.
    /// </summary>
    public async Task SignalAllAsync(string signal)
    {
        var id = Program.Process.Id.ToString(CultureInfo.InvariantCulture);
        await Unprivileged.RunAsync("pkill", $"-{signal}", "-P", id);
        await Program.SignalAsync(signal);
    }

    /// <summary>A quick but clean shutdown, which throws everybody out; QUIT is one that is not clean.</summary>
    public async Task StopAsync(string signal = "INT")
    {
        await Program.SignalAsync(signal);
        await Program.EndedAsync();
    }

    /// <summary>Makes a standby the primary; when this returns, it takes writes.</summary>
    public async Task PromoteAsync()
    {
        await ExecuteAsync("select pg_promote(wait => false)", "postgres");
        await EventuallyAsync("select not pg_is_in_recovery()", "postgres");
    }

    public async Task<object?> ScalarAsync(string sql, string database = Database)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(ConnectionString) { Database = database, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public Task ExecuteAsync(string sql, string database = Database) => ScalarAsync(sql, database);

    /// <summary>Waits until a query answers true.</summary>
    public async Task EventuallyAsync(string sql, string database = Database)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                if (await ScalarAsync(sql, database) is true)
                {
                    return;
                }
            }
            catch (NpgsqlException) when (Stopwatch.GetElapsedTime(started) < Deadline)
            {
                // Still starting.
            }

            if (Stopwatch.GetElapsedTime(started) >= Deadline)
            {
                throw new TimeoutException($"This never became true: {sql}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    public string ConnectionStringTo(string hosts) =>
        $"Host={hosts};Username={User};Password={_password};Database={Database}";

    public async ValueTask DisposeAsync()
    {
        if (_program is { IsRunning: true })
        {
            await SignalAllAsync("CONT");
            await StopAsync("QUIT");
        }

        Directory.Delete(_folder, recursive: true);
    }

    private string Data => Path.Combine(_folder, "data");

    private static string Tool(string name) => Path.Combine(Programs, name);

    private static string FindPrograms()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string[] roots = ["/usr/lib/postgresql", "/usr", "/usr/local", "/opt/homebrew/opt"];
        var versions = roots.Where(Directory.Exists)
            .SelectMany(root => Directory.GetDirectories(root))
            .Select(folder => Path.Combine(folder, "bin"))
            .OrderDescending(StringComparer.Ordinal);
        return path.Concat(versions).FirstOrDefault(folder =>
            File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_basebackup")))
            ?? throw new InvalidOperationException("No initdb and pg_basebackup were found: the tests need a whole PostgreSQL.");
    }
}
