using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Telemetry;

/// <summary>What a receiver of OTLP learns of a request: its trace, its metrics and its log lines, which belong together.</summary>
[Collection(nameof(WireTests))]
public sealed class TraceTests(ServerFixture shared)
{
    private const string Stranger = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private const string StrangersTrace = "0af7651916cd43dd8448eb211c80319c";

    [Fact]
    public async Task A_login_is_one_trace_from_the_request_to_the_provider_the_database_and_Redis()
    {
        var pool = await shared.OidcPoolAsync();
        await using var told = await Told.StartAsync(
            shared,
            (settings, _) =>
            {
                settings["FederatedIdentity__RateLimits__Enabled"] = "true";
                settings["FederatedIdentity__RateLimits__PerSource"] = "0.1";
                settings["FederatedIdentity__Redis__CommandTimeout"] = "00:00:01";
                settings["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=test";
            },
            withRedis: true);
        await told.Server.LogWithAsync("circuit closed");

        // Nobody asks Redis about the first request of a source, while all of its budget is there.
        Answers.IsError(
            "ResourceNotFoundException",
            await told.Client.CallAsync("GetOpenIdToken", new { IdentityId = $"us-east-1:{Guid.NewGuid()}" }));
        await told.GetIdAsync(pool, await shared.LoginAsync("traced"));

        var inbox = await told.InboxAsync(inbox =>
            inbox.Spans.Any(span => span.Name == "GetId")
            && inbox.Logs.Any(log => log.Body.StartsWith("GetId", StringComparison.Ordinal))
            && inbox.ValuesOf("federated_identity.request.duration", "operation").Contains("GetId"));
        var request = Assert.Single(inbox.Spans, span => span.Name == "GetId");
        Assert.Equal(("SPAN_KIND_SERVER", ""), (request.Kind, request.Parent));
        Assert.Equal(("POST", "/"), (Of(request, "http.request.method"), Of(request, "http.route")));
        Assert.Equal("200", Of(request, "http.response.status_code"));
        Assert.Equal(("aws-api", "CognitoIdentity"), (Of(request, "rpc.system"), Of(request, "rpc.service")));
        Assert.Equal(("GetId", pool), (Of(request, "rpc.method"), Of(request, "federated_identity.pool")));
        var inside = inbox.Spans.Where(span => span.Parent == request.Id).ToArray();
        Assert.All(inside, span => Assert.Equal(request.TraceId, span.TraceId));
        Assert.Contains(inside, span => span.Name == "GET oidc" && Of(span, "server.address") == "127.0.0.1");
        Assert.Contains(inside, span => span.Source == "Npgsql" && Of(span, "db.query.text").Contains("$1", StringComparison.Ordinal));
        Assert.Contains(inside, span => span.Name == "spend" && Of(span, "db.system.name") == "redis");
        Assert.All(inside, span => Assert.Equal("SPAN_KIND_CLIENT", span.Kind));

        var line = Assert.Single(inbox.Logs, log => log.Body.StartsWith("GetId", StringComparison.Ordinal));
        Assert.Equal(request.TraceId, line.TraceId);
        Assert.Contains($"\"TraceId\":\"{request.TraceId}\"", told.Server.Log, StringComparison.Ordinal);
        Assert.All(inbox.Resources, resource =>
        {
            Assert.Equal("federated-identity", resource["service.name"]);
            Assert.Equal("test", resource["deployment.environment.name"]);
            Assert.Matches(@"^\d+\.\d+\.\d+", resource["service.version"]);
            Assert.NotEmpty(resource["service.instance.id"]);
        });
    }

    [Fact]
    public async Task What_the_server_does_for_itself_and_probes_are_no_traces()
    {
        await using var told = await Told.StartAsync(shared, (_, _) => { });
        await told.Client.Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        await told.Client.Http.GetAsync(new Uri("/.well-known/openid-configuration", UriKind.Relative));
        await told.InboxAsync(inbox => inbox.Spans.Length > 0);

        var inbox = await told.LastAsync();

        Assert.Equal("GET /.well-known/openid-configuration", Assert.Single(inbox.Spans).Name);
    }

    [Fact]
    public async Task Strangers_choose_neither_a_trace_nor_that_there_is_one()
    {
        var pool = await shared.OidcPoolAsync();
        await using var told = await Told.StartAsync(
            shared, (settings, _) => settings["FederatedIdentity__Telemetry__TrustedParents__0"] = "10.0.0.0/8");
        await told.GetIdAsync(pool, traceParent: Stranger);
        var inbox = await told.LastAsync();
        var request = Assert.Single(inbox.Spans, span => span.Name == "GetId");
        Assert.NotEqual(StrangersTrace, request.TraceId);
        Assert.Equal("", request.Parent);
        Assert.Equal([StrangersTrace], request.Links);

        await using var reluctant = await Told.StartAsync(shared, (settings, _) =>
            (settings["OTEL_TRACES_SAMPLER"], settings["OTEL_TRACES_SAMPLER_ARG"]) = ("parentbased_traceidratio", "0"));
        await reluctant.GetIdAsync(pool, traceParent: Stranger);
        Assert.Empty((await reluctant.LastAsync()).Spans);
    }

    [Fact]
    public async Task A_trusted_peers_trace_is_continued_if_it_is_sampled()
    {
        var pool = await shared.OidcPoolAsync();
        await using var told = await Told.StartAsync(shared, (settings, _) =>
        {
            settings["FederatedIdentity__Telemetry__TrustedParents__0"] = "127.0.0.0/8";
            settings["OTEL_TRACES_SAMPLER"] = "parentbased_always_on";
        });
        await told.GetIdAsync(pool, traceParent: Stranger);
        await told.GetIdAsync(pool, traceParent: Stranger.Replace("0af7", "1bf8", StringComparison.Ordinal)[..^1] + "0");

        var inbox = await told.LastAsync();

        var request = Assert.Single(inbox.Spans, span => span.Name == "GetId");
        Assert.Equal((StrangersTrace, "b7ad6b7169203331"), (request.TraceId, request.Parent));
        Assert.Empty(request.Links);
    }

    [Fact]
    public async Task A_request_that_is_not_traced_has_no_ids_in_the_log_but_those_of_a_trusted_peer()
    {
        var pool = await shared.OidcPoolAsync();
        await using var told = await Told.StartAsync(shared, (settings, _) =>
        {
            settings["FederatedIdentity__Telemetry__TrustedParents__0"] = "127.0.0.0/8";
            (settings["OTEL_TRACES_SAMPLER"], settings["OTEL_TRACES_SAMPLER_ARG"]) = ("parentbased_traceidratio", "0");
        });
        await told.GetIdAsync(pool);
        await told.GetIdAsync(pool, traceParent: Stranger[..^1] + "0");

        var inbox = await told.LastAsync();

        Assert.Empty(inbox.Spans);
        var lines = inbox.Logs.Where(log => log.Body.StartsWith("GetId", StringComparison.Ordinal)).Select(log => log.TraceId);
        Assert.Equal(["", StrangersTrace], lines.Order());
        var ids = told.Server.Log.Split('\n').Where(line => line.Contains("\"TraceId\"", StringComparison.Ordinal));
        Assert.Contains($"\"TraceId\":\"{StrangersTrace}\"", Assert.Single(ids), StringComparison.Ordinal);
        Assert.Contains("\"TraceFlags\":\"00\"", ids.Single(), StringComparison.Ordinal);
    }

    private static string Of(OtlpSpan span, string attribute) => span.Attributes.GetValueOrDefault(attribute, "");
}
