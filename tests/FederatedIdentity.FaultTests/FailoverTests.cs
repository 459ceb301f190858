using System.Collections.Concurrent;
using System.Diagnostics;
using FederatedIdentity.Tests.Shared;
using Xunit.Abstractions;

namespace FederatedIdentity.FaultTests;

/// <summary>The primary goes, in each way in which it can, and its synchronous standby takes over under load.</summary>
[Collection(nameof(Faults))]
public sealed class FailoverTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Servers = 2;
    private const int Callers = 16;

    /// <summary>The aim is 5 seconds after the promotion; the rest is for a busy machine.</summary>
    private static readonly TimeSpan BackAgain = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan NeverAHang = TimeSpan.FromSeconds(15);

    private readonly List<ServerProcess> _servers = [];
    private readonly List<WireClient> _clients = [];
    private readonly ConcurrentDictionary<string, long> _journal = [];
    private readonly ConcurrentBag<(long At, int Status, string? Error, TimeSpan Took)> _answers = [];
    private PostgresPair? _pair;
    private PostgresProxy? _proxy;
    private string _pool = "";

    public async Task InitializeAsync() => _pair = await PostgresPair.StartAsync();

    [Fact]
    public async Task Nothing_acknowledged_is_lost_with_a_primary_that_dies_and_both_hosts_are_known()
    {
        await StartAsync(_pair!.ConnectionString);
        await using var load = Load();
        await AcknowledgedAsync(200);

        await _pair.Primary.KillAsync();
        await ErrorsAsync();
        Assert.Equal(503, await ReadyAsync());
        await _pair.Standby.PromoteAsync();

        await BackWithinAsync(BackAgain);
        await load.DisposeAsync();
        await AssertNothingLostAsync();
    }

    [Fact]
    public async Task Nothing_acknowledged_is_lost_with_a_primary_that_falls_silent_and_comes_back_to_find_itself_replaced()
    {
        await StartAsync(_pair!.ConnectionString);
        await using var load = Load();
        await AcknowledgedAsync(200);

        await _pair.Primary.SignalAllAsync("STOP");
        await ErrorsAsync();
        await _pair.Standby.PromoteAsync();

        await BackWithinAsync(BackAgain);
        await _pair.Primary.SignalAllAsync("CONT");
        await AcknowledgedAsync(200); // It takes writes, or says so; nobody asks it.
        await load.DisposeAsync();
        await AssertNothingLostAsync();
    }

    [Fact]
    public async Task One_name_may_lead_to_the_standby_before_it_is_promoted_and_no_write_succeeds_until_then()
    {
        _proxy = PostgresProxy.Start(_pair!.Primary.ConnectionString);
        await StartAsync(_proxy.ConnectionString);
        await using var load = Load();
        await AcknowledgedAsync(200);

        _proxy.PointAt(_pair.Standby.ConnectionString);
        await _pair.Primary.KillAsync();
        await ErrorsAsync();
        Assert.Equal(503, await ReadyAsync()); // It answers, but takes no writes.
        await _pair.Standby.PromoteAsync();

        await BackWithinAsync(BackAgain);
        await load.DisposeAsync();
        await AssertNothingLostAsync();
    }

    [Fact]
    public async Task Connections_to_a_primary_that_takes_no_more_writes_are_left_for_the_new_one()
    {
        _proxy = PostgresProxy.Start(_pair!.Primary.ConnectionString);
        await StartAsync(_proxy.ConnectionString);
        await using var load = Load();
        await AcknowledgedAsync(200);

        _proxy.PointAt(_pair.Standby.ConnectionString);
        await _pair.Primary.ExecuteAsync("alter system set default_transaction_read_only = on");
        await _pair.Primary.ExecuteAsync("select pg_reload_conf()");
        await _pair.Standby.PromoteAsync();

        await BackWithinAsync(BackAgain);
        await load.DisposeAsync();
        await AssertNothingLostAsync();
    }

    [Fact]
    public async Task A_commit_that_waits_for_its_standby_is_never_acknowledged_and_who_only_reads_is_served()
    {
        await StartAsync(_pair!.ConnectionString);
        var guest = (await _clients[0].CallAsync("GetId", new { IdentityPoolId = _pool }))["IdentityId"];
        await _pair.Standby.SignalAllAsync("STOP");

        var started = Stopwatch.GetTimestamp();
        var writes = await Task.WhenAll(Enumerable.Range(0, 60).Select(caller => CallAsync(caller)));
        output.WriteLine($"60 writes refused within {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        Assert.DoesNotContain(true, writes);
        Assert.All(_answers, answer => Assert.Contains(answer.Error, new[] { "InternalErrorException", "TooManyRequestsException" }));
        Assert.True((await _clients[0].CallAsync("GetOpenIdToken", new { IdentityId = guest })).Ok);
        Assert.Equal(1L, await _pair.Primary.ScalarAsync("select count(*) from identity")); // Not even visible.

        // Long after every deadline they still wait, and die with the primary that never told anybody.
        await _pair.Primary.EventuallyAsync(
            "select bool_and(now() - query_start > interval '8 s') from pg_stat_activity where wait_event = 'SyncRep'");
        Assert.Equal(1L, await _pair.Primary.ScalarAsync("select count(*) from identity"));
        Assert.True((await _clients[0].CallAsync("GetOpenIdToken", new { IdentityId = guest })).Ok);

        await _pair.Standby.SignalAllAsync("CONT");
        await BackWithinAsync(BackAgain);
    }

    [Fact]
    public async Task A_quick_restart_of_PostgreSQL_costs_time_and_hardly_an_error()
    {
        await StartAsync(_pair!.Primary.ConnectionString);
        await using var load = Load();
        await AcknowledgedAsync(200);

        var started = Stopwatch.GetTimestamp();
        await _pair.Primary.StopAsync();
        await _pair.Primary.StartAsync();
        output.WriteLine($"away for {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");

        await AcknowledgedAsync(200);
        await load.DisposeAsync();
        Report();
        await AssertNothingLostAsync(_pair.Primary);
    }

    public async Task DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        await _pair!.DisposeAsync();
    }

    private async Task StartAsync(string postgres)
    {
        for (var server = 0; server < Servers; server++)
        {
            var settings = TestServer.Settings(postgres, ServerProcess.FreePort(), "http://127.0.0.1:8080");
            if (server == 0)
            {
                await TestServer.MigrateAsync(settings);
            }

            _servers.Add(await ServerProcess.StartAsync(settings));
            _clients.Add(TestServer.Client(_servers[server]));
        }

        _pool = (await _clients[0].CallAsync(
            "CreateIdentityPool", new { IdentityPoolName = "failover", AllowUnauthenticatedIdentities = true }))["IdentityPoolId"];
    }

    /// <summary>New guests without a pause, until it is disposed of.</summary>
    private Running Load()
    {
        var stop = new CancellationTokenSource();
        return new Running(stop, Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            while (!stop.IsCancellationRequested)
            {
                await CallAsync(caller);
                await Task.Delay(TimeSpan.FromMilliseconds(5));
            }
        })));
    }

    private async Task<bool> CallAsync(int caller)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = await _clients[caller % Servers].CallAsync("GetId", new { IdentityPoolId = _pool });
        _answers.Add((Stopwatch.GetTimestamp(), answer.Status, answer.Error, Stopwatch.GetElapsedTime(started)));
        return answer.Ok && _journal.TryAdd(answer["IdentityId"], Stopwatch.GetTimestamp());
    }

    private async Task AcknowledgedAsync(int more)
    {
        var before = _journal.Count;
        await EventuallyAsync(() => _journal.Count >= before + more, TimeSpan.FromSeconds(60));
    }

    private Task ErrorsAsync() => EventuallyAsync(() => _answers.Count(answer => answer.Status == 500) > Callers, TimeSpan.FromSeconds(60));

    private async Task BackWithinAsync(TimeSpan deadline)
    {
        var promoted = Stopwatch.GetTimestamp();
        for (var server = 0; server < Servers; server++)
        {
            while (!await CallAsync(server))
            {
                Assert.InRange(Stopwatch.GetElapsedTime(promoted), TimeSpan.Zero, deadline);
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }

            output.WriteLine($"server {server} writes again {Stopwatch.GetElapsedTime(promoted).TotalSeconds:0.00} s after the promotion");
        }

        await EventuallyAsync(async () => await ReadyAsync() == 200, deadline);
        Report();
    }

    private void Report()
    {
        var errors = _answers.Where(answer => answer.Status != 200).ToArray();
        Assert.All(errors, answer => Assert.Contains(answer.Error, new[] { "InternalErrorException", "TooManyRequestsException" }));
        Assert.All(_answers, answer => Assert.InRange(answer.Took, TimeSpan.Zero, NeverAHang));
        var slowest = _answers.Max(answer => answer.Took);
        output.WriteLine($"{_journal.Count} acknowledged, {errors.Length} errors, slowest answer {slowest.TotalSeconds:0.0} s, "
            + string.Join(", ", errors.CountBy(answer => answer.Error ?? "")));
    }

    private async Task AssertNothingLostAsync(PostgresNode? node = null)
    {
        var ids = string.Join(',', _journal.Keys.Select(id => $"'{id}'"));
        var found = await (node ?? _pair!.Standby).ScalarAsync($"select count(*) from identity where id = any (array[{ids}])");
        Assert.Equal((long)_journal.Count, found);
    }

    private async Task<int> ReadyAsync()
    {
        using var answer = await _clients[0].Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        return (int)answer.StatusCode;
    }

    private static Task EventuallyAsync(Func<bool> condition, TimeSpan deadline) =>
        EventuallyAsync(() => Task.FromResult(condition()), deadline);

    private static async Task EventuallyAsync(Func<Task<bool>> condition, TimeSpan deadline)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, deadline);
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    private sealed class Running(CancellationTokenSource stop, Task load) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await load;
        }
    }
}
