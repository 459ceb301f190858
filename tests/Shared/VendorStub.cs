using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FederatedIdentity.Tests.Shared;

/// <summary>What a stub vendor was asked, decoded as the vendor reads it.</summary>
public sealed record VendorRequest(string Path, (string Name, string Value)[] Parameters, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The name of what was asked: the path's last part.</summary>
    public string Call => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The value of a parameter that has to be there exactly once.</summary>
    public string this[string name] => Assert.Single(Parameters, parameter => parameter.Name == name).Value;
}

/// <summary>A stub of a login provider without OpenID Connect, as a process of tests/Peers on a loopback port.</summary>
public sealed class VendorStub : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler());
    private readonly Process _process;

    private VendorStub(Process process, string url) => (_process, Url) = (process, url);

    public string Url { get; }

    /// <summary>Host and port, as the allow list for outbound calls wants them.</summary>
    public string Host => new Uri(Url).Authority;

    public static async Task<VendorStub> StartAsync(string program, int port = 0)
    {
        var (process, ready) = await Peer.StartReadyAsync(program, new Dictionary<string, string?> { ["PORT"] = $"{port}" });
        return new VendorStub(process, ready);
    }

    /// <summary>Uses a control of the stub; see its program for what there is.</summary>
    public async Task ControlAsync(string name, object? setting = null)
    {
        using var body = new StringContent(JsonSerializer.Serialize(setting ?? new { }), Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(new Uri($"{Url}/__stub/{name}"), body);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>What was asked so far, in its order.</summary>
    public async Task<VendorRequest[]> RequestsAsync()
    {
        var text = await _http.GetStringAsync(new Uri($"{Url}/__stub/requests"));
        return [.. JsonNode.Parse(text)!.AsArray().Select(request => new VendorRequest(
            request!["path"]!.GetValue<string>(),
            [.. request["parameters"]!.AsArray().Select(pair => (pair![0]!.GetValue<string>(), pair[1]!.GetValue<string>()))],
            request["headers"]!.AsObject().ToDictionary(header => header.Key, header => header.Value!.ToString())))];
    }

    /// <summary>The names of what was asked so far.</summary>
    public async Task<string[]> CallsAsync() => [.. (await RequestsAsync()).Select(request => request.Call)];

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Peer.StopAsync(_process);
    }
}
