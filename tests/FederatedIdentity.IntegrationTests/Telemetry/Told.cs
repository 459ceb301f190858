using FederatedIdentity.IntegrationTests.Redis;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Telemetry;

/// <summary>A server that tells a receiver of its own everything at once, and perhaps has a Redis.</summary>
internal sealed class Told : IAsyncDisposable
{
    private readonly RedisProcess? _redis;

    private Told(OtlpReceiver receiver, RedisProcess? redis, ServerProcess server) =>
        (Receiver, _redis, Server, Client) = (receiver, redis, server, TestServer.Client(server));

    public OtlpReceiver Receiver { get; }

    public ServerProcess Server { get; }

    public WireClient Client { get; }

    public static async Task<Told> StartAsync(
        ServerFixture shared, Action<Dictionary<string, string?>, OtlpReceiver> configure, bool withRedis = false)
    {
        var receiver = await OtlpReceiver.StartAsync();
        var redis = withRedis ? await RedisProcess.StartAsync() : null;
        var settings = Settings(shared);
        settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Url;
        settings["ConnectionStrings__Redis"] = redis?.ConnectionString;
        configure(settings, receiver);
        return new Told(receiver, redis, await ServerProcess.StartAsync(settings));
    }

    /// <summary>Those of a server that tells nobody anything yet, but would not wait long.</summary>
    public static Dictionary<string, string?> Settings(ServerFixture shared)
    {
        var port = ServerProcess.FreePort();
        var settings = TestServer.Settings(shared.Database, port, $"http://127.0.0.1:{port}", shared.Oidc);
        settings["OTEL_TRACES_SAMPLER"] = "always_on";
        settings["OTEL_BSP_SCHEDULE_DELAY"] = "100";
        settings["OTEL_BLRP_SCHEDULE_DELAY"] = "100";
        settings["OTEL_METRIC_EXPORT_INTERVAL"] = "500";
        return settings;
    }

    public async Task<string> GetIdAsync(string pool, object? logins = null, string? traceParent = null)
    {
        using var request = Client.Request("GetId", System.Text.Encoding.UTF8.GetBytes(
            System.Text.Json.JsonSerializer.Serialize(new { IdentityPoolId = pool, Logins = logins ?? new { } })));
        if (traceParent is not null)
        {
            request.Headers.Add("traceparent", traceParent);
        }

        return Answers.IsSuccess(await Client.SendAsync(request))["IdentityId"];
    }

    /// <summary>What came, once it meets the condition.</summary>
    public async Task<OtlpInbox> InboxAsync(Func<OtlpInbox, bool> condition)
    {
        var inbox = await Receiver.InboxAsync();
        await Until.TrueAsync(async () => condition(inbox = await Receiver.InboxAsync()));
        return inbox;
    }

    /// <summary>All there is to come, since a server that stops sends what it has.</summary>
    public async Task<OtlpInbox> LastAsync()
    {
        Assert.Equal(0, await Server.StopAsync());
        return await Receiver.InboxAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        await Receiver.DisposeAsync();
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
    }
}
