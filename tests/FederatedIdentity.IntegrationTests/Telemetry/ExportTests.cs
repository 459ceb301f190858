using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Telemetry;

/// <summary>How telemetry is sent, when it is not, and that nobody waits for it.</summary>
[Collection(nameof(WireTests))]
public sealed class ExportTests(ServerFixture shared)
{
    private const int Calls = 100; // Of some three spans each.

    /// <summary>Less than the time that a drain may take, and more than a busy machine needs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task All_three_signals_go_by_gRPC_with_the_headers_that_were_given()
    {
        await using var told = await Told.StartAsync(shared, (settings, receiver) =>
        {
            settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.GrpcUrl;
            settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
            settings["OTEL_EXPORTER_OTLP_HEADERS"] = "x-key=key-of-the-receiver";
        });
        await told.GetIdAsync(await shared.OidcPoolAsync());

        var inbox = await told.LastAsync();

        Assert.Contains(inbox.Spans, span => span.Name == "GetId");
        Assert.Contains("federated_identity.request.duration", inbox.Metrics);
        Assert.Contains(inbox.Logs, log => log.Body.StartsWith("GetId", StringComparison.Ordinal));
        Assert.All(inbox.Headers, headers => Assert.Equal("key-of-the-receiver", headers!["x-key"]!.GetValue<string>()));
        Assert.DoesNotContain("key-of-the-receiver", told.Server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_under_way_are_counted_once_by_every_way_of_telling()
    {
        var management = ServerProcess.FreePort();
        await using var told = await Told.StartAsync(
            shared, (settings, _) => settings["FederatedIdentity__Management__Port"] = $"{management}");
        const string Half = "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AWSCognitoIdentityService.GetId\r\n"
            + "Content-Type: application/x-amz-json-1.1\r\nContent-Length: 9\r\n\r\n{";
        using TcpClient first = new(), second = new();
        foreach (var client in new[] { first, second })
        {
            await client.ConnectAsync(told.Client.Http.BaseAddress!.Host, told.Client.Http.BaseAddress.Port);
            await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(Half));
        }

        await told.InboxAsync(inbox => inbox.NumbersOf("http.server.active_requests") is [.., "2"]);
        var scraped = await told.Client.Http.GetStringAsync(new Uri($"http://127.0.0.1:{management}/metrics"));
        Assert.Contains("\nhttp_server_active_requests 3\n", scraped, StringComparison.Ordinal); // It counts itself.
        first.Close();
        second.Close();
        await told.InboxAsync(inbox => inbox.NumbersOf("http.server.active_requests") is [.., "0"]);
    }

    [Fact]
    public async Task A_signal_goes_where_its_own_variables_say()
    {
        await using var told = await Told.StartAsync(shared, (settings, receiver) =>
        {
            settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9/elsewhere";
            settings["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = $"{receiver.Url}/of/my/own/traces";
            settings["OTEL_METRICS_EXPORTER"] = "none";
            settings["OTEL_LOGS_EXPORTER"] = "none";
        });
        await told.GetIdAsync(await shared.OidcPoolAsync());

        var inbox = await told.LastAsync();

        Assert.Contains(inbox.Spans, span => span.Name == "GetId");
        Assert.Equal(["/of/my/own/traces"], inbox.Paths.Distinct());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("OTEL_SDK_DISABLED")]
    public async Task Without_a_receiver_no_request_has_an_activity(string? disabled)
    {
        var settings = Told.Settings(shared);
        settings["Logging__Console__FormatterOptions__IncludeScopes"] = "true"; // Where it would show.
        settings["Logging__LogLevel__Default"] = "Trace";
        if (disabled is not null)
        {
            (settings[disabled], settings["OTEL_EXPORTER_OTLP_ENDPOINT"]) = ("true", "http://127.0.0.1:9");
        }

        var pool = await shared.OidcPoolAsync();
        await using var server = await ServerProcess.StartAsync(settings);
        using var client = TestServer.Client(server);
        using var request = client.Request("GetId", System.Text.Encoding.UTF8.GetBytes($$"""{"IdentityPoolId":"{{pool}}"}"""));
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        Answers.IsSuccess(await client.SendAsync(request));

        var log = await server.LogWithAsync("outcome=Success");
        Assert.Contains("\"Scopes\"", log, StringComparison.Ordinal);
        Assert.DoesNotContain("TraceId", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dead", "http/protobuf")]
    [InlineData("hanging", "http/protobuf")]
    [InlineData("hanging", "grpc")]
    public async Task A_receiver_that_is_away_costs_no_call_and_does_not_hold_up_the_end(string how, string protocol)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start(); // Connections come about, and nothing ever comes of them.
        var port = how == "dead" ? ServerProcess.FreePort() : ((IPEndPoint)silent.LocalEndpoint).Port;
        var settings = Told.Settings(shared);
        (settings["OTEL_EXPORTER_OTLP_ENDPOINT"], settings["OTEL_EXPORTER_OTLP_PROTOCOL"]) = ($"http://127.0.0.1:{port}", protocol);
        settings["OTEL_BSP_MAX_QUEUE_SIZE"] = settings["OTEL_BSP_MAX_EXPORT_BATCH_SIZE"] = "64"; // Fewer than there are spans.
        settings["OTEL_EXPORTER_OTLP_TIMEOUT"] = "2000";
        var pool = await shared.OidcPoolAsync();
        await using var server = await ServerProcess.StartAsync(settings);
        using var client = TestServer.Client(server);

        for (var call = 0; call < Calls; call++) // In turn: a busy machine refuses many at once, whatever the receiver does.
        {
            Answers.IsSuccess(await client.CallAsync("GetId", new { IdentityPoolId = pool }));
        }

        await server.LogWithAsync("Telemetry does not reach its receiver");
        var stopping = Stopwatch.StartNew();
        Assert.Equal(0, await server.StopAsync().WaitAsync(Patience));
        Assert.True(stopping.Elapsed < Patience);
    }

    [Fact]
    public async Task A_receiver_that_refuses_is_told_of_once_and_without_its_address()
    {
        await using var told = await Told.StartAsync(shared, (_, _) => { });
        await told.Receiver.AnswerWithAsync(403);
        await told.GetIdAsync(await shared.OidcPoolAsync());

        var log = await told.Server.LogWithAsync("Telemetry does not reach its receiver");

        await told.LastAsync();
        var line = Assert.Single(told.Server.Log.Split('\n'), line => line.Contains("does not reach", StringComparison.Ordinal));
        Assert.DoesNotContain("127.0.0.1", line, StringComparison.Ordinal);
        Assert.NotEmpty(log);
    }
}
