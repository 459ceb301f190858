using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>One call as the vendor saw it.</summary>
internal sealed record TwitterCall(
    string Method, string Url, string Path, string Query, IReadOnlyDictionary<string, string> OAuth, string Header)
{
    /// <summary>Whether the two secrets made the signature, by a computation that shares no code with the product's.</summary>
    public bool IsSignedWith(string consumerSecret, string tokenSecret)
    {
        var pairs = OAuth.Where(pair => pair.Key != "oauth_signature").Select(pair => (pair.Key, pair.Value))
            .Concat(Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='))
                .Select(pair => (Key: pair[0], Value: pair[1])))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}%3D{pair.Value}");
        var url = Url.Replace(":", "%3A", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);
        var text = $"{Method}&{url}&{string.Join("%26", pairs)}";
#pragma warning disable CA5350 // It is what OAuth 1.0a has.
        var expected = HMACSHA1.HashData(Encoding.ASCII.GetBytes($"{consumerSecret}&{tokenSecret}"), Encoding.ASCII.GetBytes(text));
#pragma warning restore CA5350
        return Convert.ToBase64String(expected) == Uri.UnescapeDataString(OAuth["oauth_signature"]);
    }
}

/// <summary>A real HTTP server on a loopback port that keeps what it was asked and answers what the test says.</summary>
internal sealed class StubTwitter : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StubTwitter(WebApplication app) => _app = app;

    public string Url { get; private set; } = "";

    public ConcurrentQueue<TwitterCall> Calls { get; } = new();

    public (int Status, string Body) Answer { get; set; } = (200, """{"id":12,"id_str":"12"}""");

    public Func<TwitterCall, (int Status, string Body)>? AnswerTo { get; set; }

    public static async Task<StubTwitter> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var stub = new StubTwitter(app);
        app.Run(stub.AnswerAsync);
        await app.StartAsync();
        stub.Url = app.Urls.Single();
        return stub;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var header = request.Headers.Authorization.ToString();
        var oauth = header["OAuth ".Length..].Split(", ").Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1].Trim('"'));
        var call = new TwitterCall(request.Method, Url + request.Path, request.Path, request.QueryString.ToString(), oauth, header);
        Calls.Enqueue(call);
        (context.Response.StatusCode, var body) = AnswerTo?.Invoke(call) ?? Answer;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body);
    }
}
