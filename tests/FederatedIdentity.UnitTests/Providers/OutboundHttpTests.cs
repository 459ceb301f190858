using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.IO.Compression;
using FederatedIdentity.Providers;
using FederatedIdentity.Providers.Engines;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.UnitTests.Providers;

public sealed class OutboundHttpTests : IAsyncLifetime
{
    private const int Cap = 64 * 1024;

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private StubIssuer _stub = null!;

    public async Task InitializeAsync() => _stub = await StubIssuer.StartAsync();

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _stub.DisposeAsync();
    }

    [Fact]
    public async Task An_allowed_host_is_asked_plainly_for_JSON()
    {
        IHeaderDictionary? headers = null;
        _stub.Keys = context =>
        {
            headers = new HeaderDictionary(context.Request.Headers.ToDictionary());
            return StubIssuer.WriteAsync(context, "{}");
        };

        var ok = Assert.IsType<FetchResult.Ok>(await GetAsync(_stub.Host));

        Assert.Equal("{}"u8.ToArray(), ok.Body);
        Assert.Equal(["Accept", "Host"], headers!.Keys.Order());
        Assert.Equal("application/json", headers.Accept);
    }

    [Fact]
    public async Task A_port_in_the_allow_list_means_this_port()
    {
        Assert.IsType<FetchResult.Ok>(await GetAsync("127.0.0.1"));
        Assert.IsType<FetchResult.Failed>(await GetAsync("127.0.0.1:1"));
        Assert.IsType<FetchResult.Failed>(await GetAsync());
        Assert.Equal(1, _stub.Requests);
    }

    [Fact]
    public async Task K10_a_name_of_a_private_address_is_not_called()
    {
        var port = new Uri(_stub.Url).Port;

        using var http = Http([]);
        var failed = Assert.IsType<FetchResult.Failed>(await http.SendAsync(new("test", new Uri($"https://localhost:{port}/keys"), Cap), default));

        Assert.Contains("no public address", failed.Detail, StringComparison.Ordinal);
        Assert.Equal(0, _stub.Requests);
    }

    [Theory]
    [InlineData("http://example.com/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://0x7f.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://8.8.8.8/")]
    [InlineData("https://user@example.com/")]
    [InlineData("ftp://example.com/")]
    [InlineData("file:///etc/passwd")]
    public async Task K10_a_suspicious_address_is_refused_before_any_lookup(string url)
    {
        using var http = Http([]);

        Assert.IsType<FetchResult.Failed>(await http.SendAsync(new("test", new Uri(url), Cap), default));
    }

    [Fact]
    public async Task K08_an_answer_over_the_cap_is_refused_by_its_length_alone()
    {
        _stub.Keys = context =>
        {
            context.Response.ContentLength = 100_000_000;
            return context.Response.StartAsync();
        };

        Assert.Contains("over", Assert.IsType<FetchResult.Failed>(await GetAsync(_stub.Host)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task K08_an_endless_answer_is_cut_at_the_cap()
    {
        long sent = 0;
        _stub.Keys = async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(new byte[8192], context.RequestAborted);
                sent += 8192;
            }
        };

        Assert.Contains("over", Assert.IsType<FetchResult.Failed>(await GetAsync(_stub.Host)).Detail, StringComparison.Ordinal);
        Assert.True(sent < 100_000_000);
    }

    [Fact]
    public async Task K08_a_dripping_answer_is_cut_at_the_deadline()
    {
        _stub.Keys = async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(" "u8.ToArray(), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(20, context.RequestAborted);
            }
        };

        await IsCutInTimeAsync();
    }

    [Fact]
    public async Task K08_a_silent_peer_is_left_at_the_deadline()
    {
        _stub.Keys = context => Task.Delay(Timeout.Infinite, context.RequestAborted);

        await IsCutInTimeAsync();
    }

    [Fact]
    public async Task K08_a_compressed_answer_is_not_unpacked()
    {
        _stub.Keys = async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync(new byte[10_000_000]);
        };

        Assert.Contains("compressed", Assert.IsType<FetchResult.Failed>(await GetAsync(_stub.Host)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task K09_a_redirect_is_an_answer_and_not_followed()
    {
        _stub.Keys = context =>
        {
            context.Response.Redirect(_stub.Url + "/target");
            return Task.CompletedTask;
        };

        Assert.Equal(302, (int)Assert.IsType<FetchResult.Ok>(await GetAsync(_stub.Host)).Status);
        Assert.Equal(1, _stub.Requests);
    }

    [Fact]
    public async Task Cookies_are_not_kept()
    {
        string? cookie = null;
        _stub.Keys = context =>
        {
            cookie = context.Request.Headers.Cookie;
            context.Response.Headers.SetCookie = "a=b";
            return StubIssuer.WriteAsync(context, "{}");
        };
        using var http = Http([_stub.Host]);

        await http.SendAsync(new("test", new Uri(_stub.Url + "/keys"), Cap), default);
        await http.SendAsync(new("test", new Uri(_stub.Url + "/keys"), Cap), default);

        Assert.Null(cookie);
    }

    [Fact]
    public async Task A_closed_port_is_a_failure_and_a_cancelled_caller_is_thrown()
    {
        using var http = Http(["127.0.0.1"]);
        Assert.IsType<FetchResult.Failed>(await http.SendAsync(new("test", new Uri("http://127.0.0.1:1/"), Cap), default));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => http.SendAsync(new("test", new Uri(_stub.Url + "/keys"), Cap), new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task A_proxy_gets_the_name_and_the_address_rules_do_not_bar_the_way_to_it()
    {
        using var http = Http(["login.invalid"], _stub.Url);
        _stub.Keys = context => StubIssuer.WriteAsync(context, "{\"proxied\":true}");

        var ok = Assert.IsType<FetchResult.Ok>(await http.SendAsync(new("test", new Uri("http://login.invalid/keys"), Cap), default));

        Assert.Equal("{\"proxied\":true}"u8.ToArray(), ok.Body);
        Assert.IsType<FetchResult.Failed>(await http.SendAsync(new("test", new Uri("http://10.0.0.1/keys"), Cap), default));
        Assert.Equal(1, _stub.Requests);
    }

    private async Task IsCutInTimeAsync()
    {
        var started = Stopwatch.GetTimestamp();

        using var http = Http([_stub.Host], deadline: TimeSpan.FromSeconds(0.5));
        var failed = Assert.IsType<FetchResult.Failed>(await http.SendAsync(new("test", new Uri(_stub.Url + "/keys"), Cap), default));

        Assert.Contains("in time", failed.Detail, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(4));
    }

    private async Task<FetchResult> GetAsync(params string[] allowed)
    {
        using var http = Http(allowed);
        return await http.SendAsync(new("test", new Uri(_stub.Url + "/keys"), Cap), default);
    }

    private OutboundHttp Http(string[] allowed, string? proxy = null, TimeSpan? deadline = null)
    {
        var options = new OutboundOptions { Proxy = proxy };
        foreach (var host in allowed)
        {
            options.AllowedPrivateHosts.Add(host);
        }

        var metrics = new ProviderMetrics(_services.GetRequiredService<IMeterFactory>());
        return new OutboundHttp(Options.Create(options), metrics, TimeProvider.System, NullLogger<OutboundHttp>.Instance)
        {
            Deadline = deadline ?? TimeSpan.FromSeconds(5),
        };
    }
}
