using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>A real HTTP server on a loopback port of its own that publishes keys, well or badly, and counts who asks.</summary>
internal sealed class StubIssuer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _requests = new();

    private StubIssuer(WebApplication app)
    {
        _app = app;
        Discovery = context => WriteAsync(context, DiscoveryDocument());
        Keys = context => WriteAsync(context, KeySet());
    }

    public string Url { get; private set; } = "";

    public string Host => new Uri(Url).Authority;

    /// <summary>The issuer named in the discovery document; the server's own address unless a test says otherwise.</summary>
    public string Issuer { get; set; } = "";

    public string? KeysUrl { get; set; }

    public IReadOnlyList<JsonObject> Published { get; set; } = [];

    public RequestDelegate Discovery { get; set; }

    public RequestDelegate Keys { get; set; }

    public int Requests => _requests.Count;

    public int KeyRequests => _requests.Count(IsKeys);

    public IEnumerable<string> Paths => _requests;

    public static async Task<StubIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var stub = new StubIssuer(app);
        app.Run(stub.AnswerAsync);
        await app.StartAsync();
        stub.Url = stub.Issuer = app.Urls.Single();
        return stub;
    }

    public string DiscoveryDocument() => new JsonObject { ["issuer"] = Issuer, ["jwks_uri"] = KeysUrl ?? Url + "/keys" }.ToJsonString();

    public string KeySet() =>
        new JsonObject { ["keys"] = new JsonArray([.. Published.Select(key => key.DeepClone())]) }.ToJsonString();

    public static async Task WriteAsync(HttpContext context, string json, string type = "application/json")
    {
        context.Response.ContentType = type;
        await context.Response.WriteAsync(json);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        _requests.Enqueue(context.Request.Path);
        try
        {
            await (context.Request.Path.Value!.EndsWith("/.well-known/openid-configuration", StringComparison.Ordinal) ? Discovery
                : IsKeys(context.Request.Path.Value) ? Keys
                : NotFound)(context);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The caller hung up on a bad answer, as it should.
            context.Abort();
        }
    }

    /// <summary>Where the discovery document points, or where a user pool has its keys.</summary>
    private static bool IsKeys(string path) => path == "/keys" || path.EndsWith("/.well-known/jwks.json", StringComparison.Ordinal);

    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = 404;
        return Task.CompletedTask;
    }
}
