using System.Diagnostics;
using System.Net;
using FederatedIdentity.Providers.Engines;
using FederatedIdentity.Tests.Shared;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>What outbound calls make of hosts that hang, break off, answer garbage or are out of order for a moment.</summary>
public sealed class OutboundOutageTests : IAsyncLifetime, IDisposable
{
    private const string Good = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";

    private readonly MetricLog _metrics = new();
    private readonly ListLogger<OutboundHttp> _log = new();
    private readonly ManualClock _clock = new();
    private StubIssuer _stub = null!;

    public async Task InitializeAsync() => _stub = await StubIssuer.StartAsync();

    public async Task DisposeAsync() => await _stub.DisposeAsync();

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public async Task A_connection_that_breaks_is_tried_once_more()
    {
        using var host = RawHost.Start((socket, number) => number == 1 ? RawHost.ResetAsync(socket) : RawHost.AnswerAsync(socket, Good));
        using var http = Http();

        Assert.IsType<FetchResult.Ok>(await http.SendAsync(Get(UrlOf(host)), default));
        Assert.Equal(2, host.Connections);
    }

    [Fact]
    public async Task A_connection_that_breaks_twice_is_not_tried_again()
    {
        using var host = RawHost.Start((socket, _) => RawHost.ResetAsync(socket));
        using var http = Http();

        Assert.IsType<FetchResult.Failed>(await http.SendAsync(Get(UrlOf(host)), default));
        Assert.Equal(2, host.Connections);
        Assert.Equal(["test failed"], _metrics.Of("fetch.duration"));
    }

    [Fact]
    public async Task A_POST_is_never_sent_twice()
    {
        using var resetting = RawHost.Start((socket, _) => RawHost.ResetAsync(socket));
        using var closing = RawHost.Start((_, _) => Task.CompletedTask);
        using var http = Http();
        _stub.Keys = Status(503);
        var stubs = new Uri(_stub.Url + "/keys");

        Assert.IsType<FetchResult.Failed>(await http.SendAsync(Post(UrlOf(resetting)), default));
        Assert.IsType<FetchResult.Failed>(await http.SendAsync(Post(UrlOf(closing)), default));
        Assert.Equal(503, (int)Assert.IsType<FetchResult.Ok>(await http.SendAsync(Post(stubs), default)).Status);
        Assert.Equal((1, 1, 1), (resetting.Connections, closing.Connections, _stub.Requests));
    }

    [Theory]
    [InlineData(502, 2)]
    [InlineData(503, 2)]
    [InlineData(504, 2)]
    [InlineData(500, 1)]
    [InlineData(501, 1)]
    [InlineData(400, 1)]
    [InlineData(404, 1)]
    [InlineData(429, 1)]
    [InlineData(301, 1)]
    public async Task Only_a_gateway_out_of_order_is_asked_twice(int status, int requests)
    {
        _stub.Keys = Status(status);
        using var http = Http();

        Assert.Equal(status, (int)Assert.IsType<FetchResult.Ok>(await http.SendAsync(Get(), default)).Status);
        Assert.Equal(requests, _stub.Requests);
    }

    [Fact]
    public async Task A_moment_of_503_goes_unnoticed()
    {
        _stub.Keys = context => _stub.Requests == 1 ? Status(503)(context) : StubIssuer.WriteAsync(context, "{}");
        using var http = Http();

        Assert.Equal(HttpStatusCode.OK, Assert.IsType<FetchResult.Ok>(await http.SendAsync(Get(), default)).Status);
        Assert.Equal(["test answered"], _metrics.Of("fetch.duration"));
    }

    [Fact]
    public async Task An_answer_that_did_not_come_in_time_is_not_asked_for_again()
    {
        _stub.Keys = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        using var http = Http(TimeSpan.FromSeconds(0.3));

        Assert.IsType<FetchResult.Failed>(await http.SendAsync(Get(), default));
        Assert.Equal(1, _stub.Requests);
        Assert.Equal(["test timeout"], _metrics.Of("fetch.duration"));
    }

    [Fact]
    public async Task A_failure_late_in_the_deadline_is_not_repeated()
    {
        using var http = Http();
        _stub.Keys = context =>
        {
            _clock.Advance(TimeSpan.FromSeconds(3));
            return Status(503)(context);
        };

        await http.SendAsync(Get(), default);

        Assert.Equal(1, _stub.Requests);
    }

    [Fact]
    public async Task The_deadline_covers_the_second_attempt()
    {
        var started = Stopwatch.GetTimestamp();
        using var host = RawHost.Start((socket, number) => number == 1 ? RawHost.ResetAsync(socket) : Task.Delay(Timeout.Infinite));
        using var http = Http(TimeSpan.FromSeconds(1));

        var failed = Assert.IsType<FetchResult.Failed>(await http.SendAsync(Get(UrlOf(host)), default));

        Assert.Contains("in time", failed.Detail, StringComparison.Ordinal);
        Assert.Equal(2, host.Connections);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("\u0016\u0003\u0001 not HTTP at all\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("HTTP/1.1 999999 OK\r\n\r\n")]
    public async Task Garbage_is_a_failure_and_not_asked_for_again(string garbage)
    {
        using var host = RawHost.Start((socket, _) => RawHost.AnswerAsync(socket, garbage));
        using var http = Http();

        Assert.IsType<FetchResult.Failed>(await http.SendAsync(Get(UrlOf(host)), default));
        Assert.Equal(1, host.Connections);
    }

    [Fact]
    public async Task A_dead_host_is_left_alone_and_the_log_says_so_once_with_its_name_only()
    {
        using var host = RawHost.Start((socket, _) => RawHost.ResetAsync(socket));
        using var http = Http();

        for (var call = 0; call < 50; call++)
        {
            Assert.IsType<FetchResult.Failed>(await http.SendAsync(Get(UrlOf(host)), default));
        }

        Assert.InRange(host.Connections, HostGate.FewestAttempts, HostGate.FewestAttempts + 1);
        Assert.Equal("test circuit_open", _metrics.Of("fetch.duration").Last());
        var line = Assert.Single(_log.Lines);
        Assert.Equal((LogLevel.Warning, true), (line.Level, line.Text.Contains(UrlOf(host).Authority, StringComparison.Ordinal)));
        Assert.DoesNotContain(UrlOf(host).AbsolutePath, line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_host_is_asked_again_after_a_while_and_is_welcome_back()
    {
        _stub.Keys = Status(503);
        using var http = Http();
        for (var call = 0; call < HostGate.FewestAttempts; call++)
        {
            await http.SendAsync(Get(), default);
        }

        var before = _stub.Requests;
        _stub.Keys = context => StubIssuer.WriteAsync(context, "{}");
        Assert.IsType<FetchResult.Failed>(await http.SendAsync(Get(), default));
        Assert.Equal(before, _stub.Requests);

        _clock.Advance(HostGate.BreakDuration + TimeSpan.FromSeconds(1));
        Assert.IsType<FetchResult.Ok>(await http.SendAsync(Get(), default));
        Assert.IsType<FetchResult.Ok>(await http.SendAsync(Get(), default));
        Assert.Equal(2, _log.Lines.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task Whoever_sends_odd_tokens_cannot_shut_the_door(int status)
    {
        _stub.Keys = Status(status);
        using var http = Http();
        for (var call = 0; call < 30; call++)
        {
            Assert.IsType<FetchResult.Ok>(await http.SendAsync(Get(), default));
        }

        Assert.Equal(30, _stub.Requests);
    }

    [Fact]
    public async Task Whoever_leaves_early_cannot_shut_the_door()
    {
        var gate = new TaskCompletionSource();
        _stub.Keys = async context =>
        {
            await gate.Task;
            await StubIssuer.WriteAsync(context, "{}");
        };
        using var http = Http();
        using var leaving = new CancellationTokenSource();
        var calls = Enumerable.Range(0, 20).Select(_ => http.SendAsync(Get(), leaving.Token)).ToList();

        await leaving.CancelAsync();
        foreach (var call in calls)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }

        gate.SetResult();
        Assert.IsType<FetchResult.Ok>(await http.SendAsync(Get(), default));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task One_dead_host_does_not_stand_for_another()
    {
        using var dead = RawHost.Start((socket, _) => RawHost.ResetAsync(socket));
        using var http = Http();
        for (var call = 0; call < 5; call++)
        {
            await http.SendAsync(Get(UrlOf(dead)), default);
        }

        _stub.Keys = context => StubIssuer.WriteAsync(context, "{}");
        Assert.IsType<FetchResult.Ok>(await http.SendAsync(Get(), default));
    }

    private static RequestDelegate Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    private static Uri UrlOf(RawHost host) => new(host.Url + "/token");

    private static OutboundRequest Get(Uri url) => new("test", url, OutboundRequest.TokenAnswer);

    private OutboundRequest Get() => Get(new Uri(_stub.Url + "/keys"));

    private static OutboundRequest Post(Uri url) =>
        Get(url) with { Body = new("token=1"u8.ToArray(), "application/x-www-form-urlencoded") };

    private OutboundHttp Http(TimeSpan? deadline = null)
    {
        var options = new OutboundOptions { AllowedPrivateHosts = { "127.0.0.1" } };
        return new OutboundHttp(Options.Create(options), _metrics.Metrics, _clock, _log)
        {
            Deadline = deadline ?? OutboundHttp.LoginDeadline,
        };
    }
}
