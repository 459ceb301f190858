using System.Globalization;
using System.Text.Json;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Server.OpenId;
using FederatedIdentity.Server.Overload;
using FederatedIdentity.Server.Protocol;
using FederatedIdentity.Server.Sts;
using FederatedIdentity.Server.Telemetry;
using FederatedIdentity.Server.Telemetry.Prometheus;
using FederatedIdentity.Server.Throttling;
using FederatedIdentity.Storage;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Redis;
using FederatedIdentity.Tests.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.Benchmarks.Micro;

/// <summary>
/// The server's own parts, put together as it does, but listening nowhere, and with pool and identities in memory. The signing keys are
/// in a database, which is asked for them once a second, as ever.
/// </summary>
internal sealed class MicroServer : IDisposable
{
    private readonly TestDatabase _database;
    private readonly BenchIssuer _issuer;
    private readonly WebApplication _app;

    private MicroServer(TestDatabase database, BenchIssuer issuer, Pool pool, OneIdentityStore store, WebApplication app)
    {
        (_database, _issuer, Pool, _app) = (database, issuer, pool, app);
        var login = new Dictionary<string, string> { [KeyOf(issuer)] = issuer.RsaToken() };
        GetId = JsonSerializer.SerializeToUtf8Bytes(new { IdentityPoolId = pool.Id.Value, Logins = login });
        GetOpenIdToken = JsonSerializer.SerializeToUtf8Bytes(new { IdentityId = store.Guest.Id.Value });
        Guest = store.Guest.Id;
    }

    public IServiceProvider Services => _app.Services;

    public Pool Pool { get; }

    public IdentityId Guest { get; }

    /// <summary>The body of a call for the one user, who shows an RS256 token.</summary>
    public byte[] GetId { get; }

    /// <summary>The body of a call for the one guest.</summary>
    public byte[] GetOpenIdToken { get; }

    /// <summary>BenchmarkDotNet does not wait for what is prepared asynchronously.</summary>
    public static MicroServer Start(string algorithm) => StartAsync(algorithm).GetAwaiter().GetResult();

    public void Dispose() => StopAsync().GetAwaiter().GetResult();

    private static async Task<MicroServer> StartAsync(string algorithm)
    {
        var database = await TestDatabase.CreateAsync();
        var issuer = await BenchIssuer.StartAsync();
        var pool = PoolOf(issuer);
        var store = new OneIdentityStore(pool, new Login(LoginKind.Public, KeyOf(issuer), BenchIssuer.Subject));
        var app = Build(Settings(database, issuer, algorithm), store);
        await app.Services.GetRequiredService<SchemaMigrator>().MigrateAsync(CancellationToken.None);
        await app.Services.GetRequiredService<SigningKeyRing>().LoadAsync(CancellationToken.None);
        app.Services.GetRequiredService<Readiness>().MarkStarted();
        return new MicroServer(database, issuer, pool, store, app);
    }

    private async Task StopAsync()
    {
        await _app.DisposeAsync();
        await _issuer.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static WebApplication Build(Dictionary<string, string?> settings, OneIdentityStore store)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        builder.AddTelemetry();
        builder.Services
            .AddHosting(builder.Configuration)
            .AddPrometheus()
            .AddOverload(builder.Configuration)
            .AddThrottling(builder.Configuration)
            .AddStorage(builder.Configuration.RequiredPostgres())
            .AddRedis(connectionString: null)
            .AddProviders(builder.Configuration)
            .AddOpenId(builder.Configuration)
            .AddSts(builder.Configuration)
            .AddOperations();
        builder.Services.AddSingleton<IIdentityStore>(store).AddSingleton<IPoolCatalog>(store); // The last that is registered is taken.
        return builder.Build();
    }

    private static Pool PoolOf(BenchIssuer issuer)
    {
        var provider = new OpenIdConnectProvider(
            $"arn:aws:iam::000000000000:oidc-provider/{KeyOf(issuer)}", issuer.Url, [BenchIssuer.ClientId]);
        return new Pool(
            new PoolId("us-east-1:0d5c8a1e-4b1a-4a52-9d3b-0f6a54b0a001"), "000000000000", AllowUnauthenticatedIdentities: true,
            AllowClassicFlow: null, DeveloperProviderName: null, new Dictionary<string, string>(), [], [provider], [provider.Arn], []);
    }

    private static string KeyOf(BenchIssuer issuer) => OpenIdConnectProvider.KeyOf(issuer.Url);

    /// <summary>With limits that nothing here can reach: spending them is part of a call.</summary>
    private static Dictionary<string, string?> Settings(TestDatabase database, BenchIssuer issuer, string algorithm)
    {
        var most = 1_000_000.ToString(CultureInfo.InvariantCulture);
        return new()
        {
            ["ConnectionStrings:Postgres"] = database.ConnectionString,
            ["FederatedIdentity:Issuer"] = "https://id.example",
            ["FederatedIdentity:MasterKey"] = Convert.ToBase64String(new byte[32]),
            ["FederatedIdentity:Tokens:SigningAlgorithm"] = algorithm,
            ["FederatedIdentity:Outbound:AllowedPrivateHosts:0"] = new Uri(issuer.Url).Authority,
            ["FederatedIdentity:RateLimits:Operations:GetId"] = most,
            ["FederatedIdentity:RateLimits:Operations:GetOpenIdToken"] = most,
            ["FederatedIdentity:RateLimits:PerSource"] = most,
            ["FederatedIdentity:RateLimits:PerIdentity"] = most,
            ["FederatedIdentity:RateLimits:Burst"] = "10",
        };
    }
}
