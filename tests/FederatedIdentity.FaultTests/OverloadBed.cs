using System.Diagnostics;
using System.Globalization;
using FederatedIdentity.Tests.Shared;
using Npgsql;

namespace FederatedIdentity.FaultTests;

/// <summary>A server with few places behind a database that can be slowed down, and a pool that takes guests and has one.</summary>
internal sealed class OverloadBed : IAsyncDisposable
{
    public const int Places = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TestDatabase _database;
    private readonly Uri _metrics;

    private OverloadBed(TestDatabase database, PostgresProxy proxy, ServerProcess server, int management)
    {
        (_database, Proxy, Server, Client) = (database, proxy, server, TestServer.Client(server));
        _metrics = new Uri($"http://127.0.0.1:{management}/metrics");
    }

    public PostgresProxy Proxy { get; }

    public ServerProcess Server { get; }

    public WireClient Client { get; }

    public string Pool { get; private set; } = "";

    public string Guest { get; private set; } = "";

    /// <summary>What the server has in memory, in MiB.</summary>
    public int MegabytesResident => (int)(long.Parse(
        File.ReadLines($"/proc/{Server.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) / 1024);

    public static async Task<OverloadBed> StartAsync(params (string Name, string Value)[] more)
    {
        var database = await TestDatabase.CreateAsync();
        var settings = TestServer.Settings(database, ServerProcess.FreePort(), "http://127.0.0.1:8080");
        var management = ServerProcess.FreePort();
        settings["FederatedIdentity__Management__Port"] = $"{management}";
        await TestServer.MigrateAsync(settings);
        var proxy = PostgresProxy.Start(database.ConnectionString);
        settings["ConnectionStrings__Postgres"] = proxy.ConnectionString;
        settings["FederatedIdentity__Overload__Concurrency"] = Places.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        var bed = new OverloadBed(database, proxy, await ServerProcess.StartAsync(settings), management);
        bed.Pool = (await bed.Client.CallAsync(
            "CreateIdentityPool", new { IdentityPoolName = "overload", AllowUnauthenticatedIdentities = true }))["IdentityPoolId"];
        bed.Guest = (await bed.GuestAsync()).Answer["IdentityId"];
        await bed.ServesManyAsync(); // A cold server may be too slow for some of them.
        return bed;
    }

    /// <summary>Waits until everybody is served of more at once than there are places.</summary>
    public Task ServesManyAsync() => EventuallyAsync(async () =>
        (await Task.WhenAll(Enumerable.Range(0, 4 * Places).Select(_ => TokenAsync()))).All(answer => answer.Answer.Ok));

    /// <summary>A new guest, which is written.</summary>
    public Task<TimedAnswer> GuestAsync() => CallAsync("GetId", new { IdentityPoolId = Pool });

    /// <summary>A token of <see cref="Guest"/>, who is read.</summary>
    public Task<TimedAnswer> TokenAsync() => CallAsync("GetOpenIdToken", new { IdentityId = Guest });

    public Task<string> MetricsAsync() => Client.Http.GetStringAsync(_metrics);

    /// <summary>The status of a GET, and how long it took.</summary>
    public async Task<(int Status, TimeSpan Took)> GetAsync(string path)
    {
        var started = Stopwatch.GetTimestamp();
        using var answer = await Client.Http.GetAsync(new Uri(path, UriKind.Relative));
        return ((int)answer.StatusCode, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Waits until a condition holds.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, Patience);
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    /// <summary>Until the result is disposed, identities can be read, and nobody's insert is done.</summary>
    public async Task<IAsyncDisposable> HoldWritesAsync()
    {
        var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        await using var hold = new NpgsqlCommand("begin; lock table identity in share mode", connection);
        await hold.ExecuteNonQueryAsync();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        await Proxy.DisposeAsync();
        await _database.DisposeAsync();
    }

    private async Task<TimedAnswer> CallAsync(string operation, object input)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = await Client.CallAsync(operation, input);
        return new TimedAnswer(answer, Stopwatch.GetElapsedTime(started));
    }
}

/// <summary>An answer and how long it took.</summary>
internal sealed record TimedAnswer(WireAnswer Answer, TimeSpan Took)
{
    public bool IsRefused => Answer is { Status: 400, Error: "TooManyRequestsException", Message: "Rate exceeded" };
}
