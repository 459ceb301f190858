using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>
/// One of the servers, which may be killed and started again on its port, and whose ways to PostgreSQL and Redis are its own, so that
/// it may be cut off alone.
/// </summary>
internal sealed class Replica : IAsyncDisposable
{
    private readonly Dictionary<string, string?> _settings;
    private ServerProcess? _server;

    /// <param name="settings">Of all replicas; the address and the two connection strings are changed for this one.</param>
    /// <param name="postgres">A connection string to a loopback port.</param>
    /// <param name="redisPort">Where Redis listens.</param>
    public Replica(IReadOnlyDictionary<string, string?> settings, Npgsql.NpgsqlConnectionStringBuilder postgres, int redisPort)
    {
        Database = ChaosProxy.Start(postgres.Port);
        Redis = ChaosProxy.Start(redisPort);
        _settings = new(settings)
        {
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{Port}",
            ["ConnectionStrings__Postgres"] =
                new Npgsql.NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Port = Database.Port }.ConnectionString,
            ["ConnectionStrings__Redis"] = $"127.0.0.1:{Redis.Port}",
            ["FederatedIdentity__Management__Port"] = $"{ManagementPort}",
        };
    }

    public int Port { get; } = ServerProcess.FreePort();

    /// <summary>Where it serves its metrics.</summary>
    public int ManagementPort { get; } = ServerProcess.FreePort();

    /// <summary>Its way to PostgreSQL.</summary>
    public ChaosProxy Database { get; }

    /// <summary>Its way to Redis.</summary>
    public ChaosProxy Redis { get; }

    public ServerProcess Server => _server ?? throw new InvalidOperationException("This replica does not run.");

    /// <summary>The assembly that is started next time.</summary>
    public string Program { get; set; } = ServerProcess.Today;

    /// <summary>A client of this replica alone, without retries.</summary>
    public WireClient Client() => TestServer.Client(Server);

    /// <summary>Its connection string, for whoever starts it with a changed one.</summary>
    public string ConnectionString => _settings["ConnectionStrings__Postgres"]!;

    public async Task StartAsync() => _server = await ServerProcess.StartAsync(_settings, Program);

    /// <summary>With other or further settings this once; it need not become ready.</summary>
    public void Launch(params (string Name, string? Value)[] more) => _server = ServerProcess.Launch(With(more));

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        await Server.DisposeAsync();
        _server = null;
    }

    /// <summary>SIGTERM, and the wait for what is under way; anything but status 0 is a fault of its own.</summary>
    public async Task StopAsync()
    {
        var status = await Server.StopAsync();
        Assert.True(status == 0, $"A replica that was asked to stop ended with status {status}.\n{Server.Log}");
        await KillAsync();
    }

    private Dictionary<string, string?> With((string Name, string? Value)[] more)
    {
        var settings = new Dictionary<string, string?>(_settings);
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return settings;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await Database.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
