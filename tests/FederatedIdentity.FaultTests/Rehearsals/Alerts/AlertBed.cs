using System.Globalization;
using FederatedIdentity.Tests.Shared;
using Npgsql;

namespace FederatedIdentity.FaultTests.Rehearsals.Alerts;

/// <summary>A deployment that a few users visit, and a Prometheus that watches it.</summary>
internal sealed class AlertBed : IAsyncDisposable
{
    private const int Visitors = 6;
    private const int Places = 8;
    private const string NobodysHost = "127.0.0.1:9"; // The port of what discards everything; nobody listens there.
    private const string AmazonApp = "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef";

    // The statement with which replicas agree on who changes the signing keys.
    private const string KeyLock = "select pg_advisory_lock(hashtextextended('federated-identity signing_key', 0))";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly WireClient _client;
    private readonly Crowd _visitors;
    private readonly FakeClock? _clock;
    private NpgsqlConnection? _keyLock;

    private AlertBed(Deployment deployment, PrometheusProcess prometheus, string lonelyPool, FakeClock? clock)
    {
        (Deployment, Prometheus, LonelyPool, _clock) = (deployment, prometheus, lonelyPool, clock);
        _client = new WireClient(deployment.Address, TestServer.AccessKeyId, TestServer.SecretAccessKey);
        _visitors = Gather(Visitors);
    }

    public Deployment Deployment { get; }

    public PrometheusProcess Prometheus { get; }

    /// <summary>A pool whose users come from a provider that is not there.</summary>
    public string LonelyPool { get; }

    /// <summary>Who joins later, as the people of a fault do; the drill sends them home.</summary>
    public Crowd? Others { get; set; }

    /// <summary>Where a replica has little memory; the drill takes it away.</summary>
    public MemoryGroup? Memory { get; set; }

    public PostgresNode Database => Deployment.Postgres.Primary;

    public WireClient Client => _client;

    public static async Task<AlertBed> StartAsync()
    {
        var clock = FakeClock.IsAvailable ? new FakeClock() : null;
        var deployment = await Deployment.StartAsync(Change, clock);
        try
        {
            var prometheus = await PrometheusProcess.StartAsync(
                HastenedRules.Text, deployment.Replicas.Select(replica => replica.ManagementPort));
            return new AlertBed(deployment, prometheus, await PoolAsync(deployment), clock);
        }
        catch
        {
            await deployment.DisposeAsync();
            throw;
        }
    }

    /// <summary>Those who joined leave.</summary>
    public async Task SendHomeAsync()
    {
        if (Others is { } others)
        {
            Others = null;
            await others.DisposeAsync();
        }
    }

    /// <summary>So many more who visit, half of them as guests.</summary>
    public Crowd Gather(int visitors)
    {
        var visits = 0;
        return Crowd.Of(visitors, Pause, () => Crowd.VisitAsync(
            _client,
            Deployment.Stage.IdentityPoolId,
            Interlocked.Increment(ref visits) % 2 == 0 ? null : Deployment.Stage.NewUser().Proof()));
    }

    /// <summary>Logins with a provider that nobody can ask, each with a token that was never seen before.</summary>
    public Crowd GatherStrangers(int visitors) => Crowd.Of(visitors, Pause, () => Crowd.VisitAsync(
        _client, LonelyPool, new() { ["www.amazon.com"] = $"Atza|{Guid.NewGuid():N}" }));

    /// <summary>Returns when Prometheus has read what a replica that was just started says.</summary>
    public async Task ReadAsync(int replica)
    {
        var instance = $"127.0.0.1:{Deployment.Replicas[replica].ManagementPort}";
        var since = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        using var deadline = new CancellationTokenSource(Patience);
        while ((await Prometheus.QueryAsync($"timestamp(up{{instance=\"{instance}\"}} == 1) > {since}", deadline.Token)).Count == 0)
        {
            await Task.Delay(Pause, deadline.Token);
        }
    }

    /// <summary>From now on no replica may change the signing keys.</summary>
    public async Task LockKeysAsync()
    {
        _keyLock = new NpgsqlConnection(Database.ConnectionString);
        await _keyLock.OpenAsync();
        await using var command = new NpgsqlCommand(KeyLock, _keyLock);
        await command.ExecuteNonQueryAsync();
    }

    public async Task UnlockKeysAsync()
    {
        var connection = _keyLock!;
        _keyLock = null;
        NpgsqlConnection.ClearPool(connection);
        await connection.DisposeAsync();
    }

    /// <summary>A replica runs with changed settings from now on, and serves.</summary>
    public async Task ChangeAsync(int number, params (string Name, string? Value)[] settings)
    {
        var replica = Deployment.Replicas[number];
        await replica.KillAsync();
        replica.Launch(settings);
        await replica.Server.ReadyAsync();
        await Deployment.Balancer.ServesWithAsync(Deployment.Size);
    }

    /// <summary>The last part of a fault in which replicas were stopped or changed: all run again as before.</summary>
    public async Task RestoreAsync(params int[] replicas)
    {
        foreach (var number in replicas)
        {
            var replica = Deployment.Replicas[number];
            await replica.KillAsync();
            await replica.StartAsync();
        }

        await Deployment.Balancer.ServesWithAsync(Deployment.Size);
    }

    public async ValueTask DisposeAsync()
    {
        await SendHomeAsync();
        await _visitors.DisposeAsync();
        _client.Dispose();
        if (_keyLock is not null)
        {
            await _keyLock.DisposeAsync();
        }

        await Prometheus.DisposeAsync();
        await Deployment.DisposeAsync();
        _clock?.Dispose();
    }

    private static void Change(Dictionary<string, string?> settings)
    {
        KeyFaults.Hasten(settings);
        settings["FederatedIdentity__Providers__Amazon__Endpoint"] = $"http://{NobodysHost}";
        settings["FederatedIdentity__Outbound__AllowedPrivateHosts__2"] = NobodysHost; // After those of the two issuers.
        settings["FederatedIdentity__Overload__Concurrency"] = Places.ToString(CultureInfo.InvariantCulture);
    }

    private static async Task<string> PoolAsync(Deployment deployment)
    {
        using var client = deployment.Replicas[0].Client();
        var pool = await client.CallAsync("CreateIdentityPool", new
        {
            IdentityPoolName = "lonely",
            AllowUnauthenticatedIdentities = false,
            SupportedLoginProviders = new Dictionary<string, string> { ["www.amazon.com"] = AmazonApp },
        });
        Assert.True(pool.Ok, pool.Text);
        return pool["IdentityPoolId"];
    }
}
