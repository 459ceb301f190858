using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using FederatedIdentity.Tests.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.IntegrationTests.Compat;

/// <summary>The NGINX configuration of docs/verify.md, in a real NGINX, with the verifier that it asks.</summary>
public sealed class NginxExampleTests : IAsyncLifetime, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nginx-example").FullName;
    private readonly ConcurrentQueue<(string? Identity, bool HasToken)> _seen = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler());
    private MintedIssuer? _issuer;
    private WebApplication? _api;
    private ExampleProgram? _verifier;
    private Uri _gate = new("http://127.0.0.1:0");

    public async Task InitializeAsync()
    {
        _issuer = await MintedIssuer.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _api = builder.Build();
        _api.Run(http =>
        {
            _seen.Enqueue((http.Request.Headers["X-Identity-Id"], http.Request.Headers.ContainsKey("Authorization")));
            return http.Response.WriteAsync("the API");
        });
        await _api.StartAsync();
        var settings = TokenExamples.Environment(new VerifierSettings(_issuer.Issuer, MintedIssuer.Pool) { Cooldown = 0 });
        settings["PORT"] = "0";
        _verifier = await ExampleProgram.StartAsync("javascript", "auth-server", settings);
        var verifier = (await _verifier.LineAsync())["ready ".Length..];
        await StartNginxAsync($"127.0.0.1:{new Uri(_api.Urls.Single()).Port}", $"127.0.0.1:{verifier}");
    }

    [Fact]
    public async Task Whoever_has_a_token_gets_through_and_the_API_hears_who_it_is_from_the_gate_alone()
    {
        using var answer = await SendAsync($"Bearer {_issuer!.Token()}", ("X-Identity-Id", "us-east-1:somebody-else"));

        Assert.Equal((HttpStatusCode.OK, "the API"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal([(MintedIssuer.Identity, false)], _seen);
    }

    [Fact]
    public async Task Nobody_else_gets_through()
    {
        foreach (var header in new[]
        {
            null, "", "Bearer", "Bearer ", $"Basic {_issuer!.Token()}", $"Bearer {_issuer.Token()} more", $"Bearer {_issuer.Token()}x",
            $"Bearer {_issuer.Token(claims => claims["exp"] = 1)}",
            $"Bearer {_issuer.Token(claims => claims["amr"] = new System.Text.Json.Nodes.JsonArray("unauthenticated"))}",
        })
        {
            using var refused = await SendAsync(header, ("X-Identity-Id", MintedIssuer.Identity));
            Assert.True(refused.StatusCode == HttpStatusCode.Unauthorized, $"{header}: {refused.StatusCode}");
            Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.Single().Scheme);
        }

        using var inside = new HttpRequestMessage(HttpMethod.Get, new Uri(_gate, "/_verify"));
        using var closed = await _http.SendAsync(inside);
        Assert.Equal(HttpStatusCode.NotFound, closed.StatusCode);
        Assert.Empty(_seen);
    }

    [Fact]
    public async Task Nobody_gets_through_while_the_keys_or_the_verifier_cannot_be_had()
    {
        _issuer!.IsDown = true;
        using var withoutKeys = await SendAsync($"Bearer {_issuer.Token()}");
        await _verifier!.DisposeAsync();
        _verifier = null;
        using var withoutVerifier = await SendAsync($"Bearer {_issuer.Token()}");

        Assert.Equal(
            (HttpStatusCode.InternalServerError, HttpStatusCode.InternalServerError), (withoutKeys.StatusCode, withoutVerifier.StatusCode));
        Assert.Empty(_seen);
    }

    public async Task DisposeAsync()
    {
        if (File.Exists(Path.Combine(_folder, "nginx.pid")))
        {
            await NginxAsync("-s", "stop");
        }

        if (_verifier is not null)
        {
            await _verifier.DisposeAsync();
        }

        if (_issuer is not null)
        {
            await _issuer.DisposeAsync();
        }

        if (_api is not null)
        {
            await _api.DisposeAsync();
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>The example's own file but for the ports, and for folders that a packaged NGINX finds in its own place.</summary>
    private async Task StartNginxAsync(string api, string verifier)
    {
        var port = ServerProcess.FreePort();
        _gate = new Uri($"http://127.0.0.1:{port}");
        var example = await File.ReadAllTextAsync(Path.Combine(Peer.RepositoryRoot, "docs", "examples", "verify", "nginx", "nginx.conf"));
        string[] folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        var here = string.Join("\n    ", folders.Select(name => $"{name}_temp_path {name};").Prepend("access_log off;"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "nginx.conf"), example
            .Replace("127.0.0.1:9000", api, StringComparison.Ordinal)
            .Replace("127.0.0.1:9001", verifier, StringComparison.Ordinal)
            .Replace("127.0.0.1:8081", $"127.0.0.1:{port}", StringComparison.Ordinal)
            .Replace("http {", $"http {{\n    {here}", StringComparison.Ordinal));
        await NginxAsync(); // Returns once it listens.
    }

    private async Task NginxAsync(params string[] arguments)
    {
        string[] all = ["-p", _folder, "-c", Path.Combine(_folder, "nginx.conf"), "-e", Path.Combine(_folder, "error.log"), .. arguments];
        using var nginx = Process.Start(ExampleProgram.Tool("NGINX", "/usr/sbin/nginx"), all);
        await nginx.WaitForExitAsync();
        Assert.True(nginx.ExitCode == 0, await File.ReadAllTextAsync(Path.Combine(_folder, "error.log")));
    }

    private async Task<HttpResponseMessage> SendAsync(string? authorization, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_gate, "/things"));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return await _http.SendAsync(request);
    }
}
