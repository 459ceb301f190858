using System.Diagnostics;
using FederatedIdentity.Tests.Shared;
using Xunit.Abstractions;

namespace FederatedIdentity.FaultTests;

/// <summary>PostgreSQL goes away under a running server, in the three ways in which it can, and comes back.</summary>
[Collection(nameof(Faults))]
public sealed class OutageTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(20);

    // The 5 seconds that a statement is waited for, and what a busy machine adds.
    private static readonly TimeSpan NeverAHang = TimeSpan.FromSeconds(12);

    // Whoever finds every place taken by those who wait for the database is asked to come again.
    private static readonly (int, string?)[] Outcomes = [(500, "InternalErrorException"), (400, "TooManyRequestsException")];

    private TestDatabase? _database;
    private PostgresProxy? _proxy;
    private Dictionary<string, string?> _settings = [];
    private ServerProcess? _server;
    private WireClient? _client;
    private string _pool = "";

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _proxy = PostgresProxy.Start(_database.ConnectionString);
        _settings = TestServer.Settings(_database, ServerProcess.FreePort(), "http://127.0.0.1:8080");
        await TestServer.MigrateAsync(_settings);
        _settings["ConnectionStrings__Postgres"] = _proxy.ConnectionString;
        _server = await ServerProcess.StartAsync(_settings);
        _client = TestServer.Client(_server);
        _pool = (await _client.CallAsync(
            "CreateIdentityPool", new { IdentityPoolName = "outage", AllowUnauthenticatedIdentities = true }))["IdentityPoolId"];
        await LoadAsync(); // Fills the connection pool, so that many connections are there to break.
    }

    [Fact]
    public Task A_database_that_throws_everybody_out_is_an_error_until_it_lets_them_in_again() => SurvivesAsync(
        async () =>
        {
            await _database!.OutsideAsync("alter database {0} allow_connections false");
            await _database.OutsideAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{0}'");
        },
        () => _database!.OutsideAsync("alter database {0} allow_connections true"),
        Prompt);

    [Fact]
    public Task A_database_that_cannot_be_reached_is_an_error_until_it_can_be() =>
        SurvivesAsync(_proxy!.CutAsync, Synchronously(_proxy!.Restore), Prompt);

    [Fact]
    public Task A_database_that_falls_silent_is_an_error_and_never_a_hang() =>
        SurvivesAsync(Synchronously(_proxy!.FallSilent), Synchronously(_proxy.SpeakAgain), NeverAHang);

    [Fact]
    public async Task A_restart_that_nobody_noticed_breaks_one_request_at_most()
    {
        await _database!.OutsideAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{0}'");

        var failures = 0;
        for (var call = 0; call < 50; call++)
        {
            failures += (await GuestAsync()).Ok ? 0 : 1;
        }

        output.WriteLine($"failed of 50 calls, one after the other: {failures}");
        Assert.InRange(failures, 0, 1);
    }

    [Fact]
    public async Task A_server_that_starts_during_an_outage_waits_for_its_end()
    {
        await _proxy!.CutAsync();
        _settings["ASPNETCORE_URLS"] = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        await using var late = ServerProcess.Launch(_settings);
        using var client = TestServer.Client(late);
        await EventuallyAsync(client, "/health/live", 200);

        Assert.Equal(503, await StatusAsync(client, "/health/ready"));
        Assert.Equal(503, await StatusAsync(client, "/.well-known/jwks_uri"));
        var answer = await client.CallAsync("GetId", new { IdentityPoolId = _pool });
        Assert.Equal((503, "ServiceUnavailableException"), (answer.Status, answer.Error));

        _proxy.Restore();
        await late.ReadyAsync();
        Assert.Equal(200, await StatusAsync(client, "/health/ready"));
        Assert.True((await client.CallAsync("GetId", new { IdentityPoolId = _pool })).Ok);
    }

    public async Task DisposeAsync()
    {
        _client?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    private async Task SurvivesAsync(Func<Task> begin, Func<Task> end, TimeSpan deadline)
    {
        await begin();

        var started = Stopwatch.GetTimestamp();
        var answers = await LoadAsync();
        var slowest = Stopwatch.GetElapsedTime(started);
        output.WriteLine($"all answered within {slowest.TotalSeconds:0.0} s");
        Assert.All(answers, answer => Assert.Contains((answer.Status, answer.Error), Outcomes));
        Assert.InRange(slowest, TimeSpan.Zero, deadline);
        Assert.Equal(503, await StatusAsync(_client!, "/health/ready"));
        Assert.Equal(200, await StatusAsync(_client!, "/health/live"));
        Assert.Equal(200, await StatusAsync(_client!, "/.well-known/jwks_uri"));

        await end();
        started = Stopwatch.GetTimestamp();
        await EventuallyAsync(_client!, "/health/ready", 200);
        output.WriteLine($"ready again after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        Assert.All(await LoadAsync(), answer => Assert.True(answer.Ok, answer.Text));
    }

    private Task<WireAnswer> GuestAsync() => _client!.CallAsync("GetId", new { IdentityPoolId = _pool });

    private Task<WireAnswer[]> LoadAsync() => Task.WhenAll(Enumerable.Range(0, 40).Select(_ => GuestAsync()));

    private static async Task EventuallyAsync(WireClient client, string path, int status)
    {
        var started = Stopwatch.GetTimestamp();
        while (await StatusAsync(client, path) != status)
        {
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, Recovery);
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    /// <summary>0 while nobody listens.</summary>
    private static async Task<int> StatusAsync(WireClient client, string path)
    {
        try
        {
            using var answer = await client.Http.GetAsync(new Uri(path, UriKind.Relative));
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    private static Func<Task> Synchronously(Action action) => () =>
    {
        action();
        return Task.CompletedTask;
    };
}
