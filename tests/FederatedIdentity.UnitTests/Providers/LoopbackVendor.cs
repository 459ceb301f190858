using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>A vendor inside of the test, on a loopback port of its own, that answers whatever a test wants and counts who asks.</summary>
internal sealed class LoopbackVendor : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _calls = new();
    private readonly ConcurrentDictionary<string, RequestDelegate> _answers = new();

    private LoopbackVendor(WebApplication app) => _app = app;

    public string Url { get; private set; } = "";

    public string Host => new Uri(Url).Authority;

    /// <summary>The last parts of the paths that were asked for, in their order.</summary>
    public string[] Calls => [.. _calls];

    public static async Task<LoopbackVendor> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var vendor = new LoopbackVendor(app);
        app.Run(vendor.AnswerAsync);
        await app.StartAsync();
        vendor.Url = app.Urls.Single();
        return vendor;
    }

    /// <summary>From now on a call whose path ends so is answered with these bytes.</summary>
    public void On(string call, string body, int status = 200, string type = "application/json") =>
        On(call, Encoding.UTF8.GetBytes(body), status, type);

    public void On(string call, byte[] body, int status = 200, string type = "application/json") => On(call, async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    });

    public void On(string call, RequestDelegate answer) => _answers[call] = answer;

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var call = context.Request.Path.Value!.Split('/')[^1];
        _calls.Enqueue(call);
        try
        {
            if (_answers.TryGetValue(call, out var answer))
            {
                await answer(context);
            }
            else
            {
                context.Response.StatusCode = 404;
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The caller hung up on a bad answer, as it should.
            context.Abort();
        }
    }
}
