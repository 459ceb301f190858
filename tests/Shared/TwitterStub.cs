using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FederatedIdentity.Tests.Shared;

/// <summary>The vendor's side of Twitter and Digits as a process on a loopback port; it recomputes every signature.</summary>
public sealed class TwitterStub : IAsyncDisposable
{
    private readonly HttpClient _control;
    private readonly Process _process;
    private int _tokens;

    private TwitterStub(Process process, string endpoint)
    {
        (_process, Endpoint) = (process, endpoint);
        _control = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(endpoint) };
    }

    /// <summary>Such as <c>http://127.0.0.1:4100</c>.</summary>
    public string Endpoint { get; }

    public static async Task<TwitterStub> StartAsync(int port = 0)
    {
        var (process, ready) = await Peer.StartReadyAsync("twitter-stub.mjs", new Dictionary<string, string?> { ["PORT"] = $"{port}" });
        return new TwitterStub(process, ready);
    }

    /// <summary>Lets an app exist; returns the value by which a pool names it.</summary>
    public async Task<string> AppAsync(string key, string secret)
    {
        await SendAsync("consumers", new { key, secret });
        return $"{key};{secret}";
    }

    /// <summary>A user's access token for an app, as a client presents it.</summary>
    public async Task<string> TokenAsync(string consumer, string id, string? state = null)
    {
        var number = Interlocked.Increment(ref _tokens);
        var (token, secret) = ($"{id}-Token{number}OfTheUser", $"SecretOfToken{number}OfUser{id}");
        await SendAsync("tokens", new { consumer, token, secret, id, state });
        return $"{token};{secret}";
    }

    /// <summary>Answers every call in this way until it gets another fault, or none: <c>new { }</c>.</summary>
    public Task FaultAsync(object fault) => SendAsync("fault", fault);

    /// <summary>Every call about an account since the last time.</summary>
    public async Task<JsonArray> TakeRequestsAsync()
    {
        var seen = await _control.GetFromJsonAsync<JsonArray>("/control/requests");
        using var forgotten = await _control.DeleteAsync(new Uri("/control/requests", UriKind.Relative));
        return seen!;
    }

    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        await Peer.StopAsync(_process);
    }

    private async Task SendAsync(string command, object body)
    {
        using var content = new StringContent(JsonSerializer.Serialize(body));
        using var answer = await _control.PostAsync(new Uri($"/control/{command}", UriKind.Relative), content);
        answer.EnsureSuccessStatusCode();
    }
}
