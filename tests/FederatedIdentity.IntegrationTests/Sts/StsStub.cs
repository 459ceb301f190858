using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.IntegrationTests.Sts;

/// <summary>Another STS on loopback inside the test, which answers whatever the test wants and remembers what it was asked.</summary>
internal sealed class StsStub : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _calls;

    private StsStub(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>What it answers the call with this number, from 1.</summary>
    public Func<HttpContext, int, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>The form of the last call.</summary>
    public IFormCollection? Asked { get; private set; }

    public static async Task<StsStub> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var stub = new StsStub(app);
        app.Run(stub.ServeAsync);
        await app.StartAsync();
        return stub;
    }

    public static Task WriteAsync(HttpContext http, int status, string body, string contentType = "text/xml")
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        return http.Response.WriteAsync(body, Encoding.UTF8, http.RequestAborted);
    }

    public void Reset(Func<HttpContext, int, Task> answer) => (Answer, _calls) = (answer, 0);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext http)
    {
        Asked = await http.Request.ReadFormAsync(http.RequestAborted);
        await Answer(http, Interlocked.Increment(ref _calls));
    }
}
