using FederatedIdentity.Tests.Shared;
using Npgsql;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>
/// A whole production in small: HAProxy, three replicas, PgBouncer in transaction mode, a primary PostgreSQL with a synchronous standby,
/// Redis, and two OpenID providers. All but the providers are processes of their own, and each can be hurt.
/// </summary>
internal sealed class Deployment : IAsyncDisposable
{
    public const int Size = 3;

    private const int ConnectionsToPostgres = 30;

    // More than this machine can do: what is rehearsed is that a limit is asked, not that it refuses.
    private const string NoLimit = "100000";

    private static readonly string[] Limits =
        ["Operations__GetId", "Operations__GetOpenIdToken", "Operations__GetOpenIdTokenForDeveloperIdentity", "Operations__UnlinkIdentity",
            "PerSource", "PerIdentity"];

    private readonly Stack<IAsyncDisposable> _parts = [];

    private Deployment()
    {
    }

    public PostgresCluster Postgres { get; private set; } = null!;

    public PgBouncerProcess PgBouncer { get; private set; } = null!;

    public RedisProcess Redis { get; private set; } = null!;

    public IReadOnlyList<Replica> Replicas { get; private set; } = [];

    public HaProxyProcess Balancer { get; private set; } = null!;

    public Stage Stage { get; private set; } = null!;

    /// <summary>Issuer of the tokens, and where clients call.</summary>
    public Uri Address => Balancer.Address;

    /// <summary>Settings that a verb of the server needs.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; private set; } = new Dictionary<string, string?>();

    /// <summary>The clock of the first replica, if it is one that jumps.</summary>
    public FakeClock? Clock { get; private init; }

    /// <summary>The server that everything starts with.</summary>
    public string Program { get; private init; } = ServerProcess.Today;

    /// <param name="change">Changes the settings of all replicas.</param>
    /// <param name="clock">For the first replica.</param>
    /// <param name="program">The server of another release, to start with.</param>
    /// <param name="archive">A folder for PostgreSQL's write-ahead log.</param>
    public static async Task<Deployment> StartAsync(
        Action<Dictionary<string, string?>>? change = null, FakeClock? clock = null, string? program = null, string? archive = null)
    {
        var deployment = new Deployment { Clock = clock, Program = program ?? ServerProcess.Today };
        try
        {
            await deployment.StartPartsAsync(change, archive);
        }
        catch
        {
            await deployment.DisposeAsync();
            throw;
        }

        return deployment;
    }

    /// <summary>With the migrations of a release.</summary>
    public async Task MigrateAsync(string program)
    {
        var (status, log) = await ServerProcess.RunAsync(program, Settings, "migrate");
        Assert.True(status == 0, log);
    }

    public TokenVerifier Verifier() =>
        new(new Uri(Address, "/.well-known/jwks_uri"), Address.GetLeftPart(UriPartial.Authority), Stage.IdentityPoolId);

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
        {
            await part.DisposeAsync();
        }
    }

    private async Task StartPartsAsync(Action<Dictionary<string, string?>>? change, string? archive)
    {
        Postgres = Owned(await PostgresCluster.StartAsync(archive is null ? [] : PostgresNode.ArchivingTo(archive)));
        PgBouncer = Owned(await PgBouncerProcess.StartAsync(Postgres.ConnectionString, ConnectionsToPostgres));
        Redis = Owned(await RedisProcess.StartAsync());
        var (mint, secondMint) = (Owned(await TokenMint.StartAsync()), Owned(await TokenMint.StartAsync()));
        var port = ServerProcess.FreePort();
        var settings = TestServer.Settings(Postgres.ConnectionString, port, $"http://127.0.0.1:{port}");
        TestServer.Register(settings, mint.Issuer, TokenMint.ClientId);
        TestServer.Register(settings, secondMint.Issuer, TokenMint.ClientId);
        settings["Logging__LogLevel__Default"] = "Warning"; // A line a request would be millions.
        settings["FederatedIdentity__RateLimits__Enabled"] = "true";
        foreach (var limit in Limits)
        {
            settings[$"FederatedIdentity__RateLimits__{limit}"] = NoLimit;
        }

        change?.Invoke(settings);
        Settings = new Dictionary<string, string?>(settings);
        await MigrateAsync(Program);

        // As docs/postgresql.md says: the role has the timeouts that a session behind PgBouncer cannot ask for.
        await Postgres.Primary.ExecuteAsync($"alter role {PostgresNode.User} set statement_timeout = '4s'", "postgres");
        await Postgres.Primary.ExecuteAsync($"alter role {PostgresNode.User} set lock_timeout = '3s'", "postgres");
        settings["FederatedIdentity__Postgres__PgBouncer"] = "true";
        var database = new NpgsqlConnectionStringBuilder(PgBouncer.ConnectionString) { MaxAutoPrepare = 0 };
        Replicas = [.. Enumerable.Range(0, Size)
            .Select(number => number == 0 ? OnFakeClock(settings) : settings)
            .Select(own => Owned(new Replica(own, database, Redis.Port) { Program = Program }))];
        Balancer = Owned(await HaProxyProcess.StartAsync(port, [.. Replicas.Select(replica => replica.Port)]));
        await Task.WhenAll(Replicas.Select(replica => replica.StartAsync()));
        await Balancer.ServesWithAsync(Size);
        Stage = new Stage(await PoolAsync(mint, secondMint), mint, secondMint);
    }

    private Dictionary<string, string?> OnFakeClock(Dictionary<string, string?> settings) =>
        new(settings.Concat(Clock?.Settings ?? []));

    private async Task<string> PoolAsync(TokenMint mint, TokenMint secondMint)
    {
        using var client = Replicas[0].Client();
        var pool = await client.CallAsync("CreateIdentityPool", new
        {
            IdentityPoolName = "rehearsal",
            AllowUnauthenticatedIdentities = true,
            DeveloperProviderName = Stage.DeveloperProvider,
            OpenIdConnectProviderARNs = new[] { mint.Arn, secondMint.Arn },
        });
        Assert.True(pool.Ok, pool.Text);
        return pool["IdentityPoolId"];
    }

    private T Owned<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }
}
