using System.Diagnostics;
using System.Text.Json;

namespace FederatedIdentity.Tests.Shared;

/// <summary>npm's oidc-provider, a certified OpenID provider, as a process on a loopback port.</summary>
public sealed class OidcPeer : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler());
    private readonly Process _process;

    private OidcPeer(Process process, string issuer) => (_process, Issuer) = (process, issuer);

    /// <summary>Such as <c>http://127.0.0.1:4100</c>.</summary>
    public string Issuer { get; }

    /// <summary>The issuer without its scheme: the key of a Logins map.</summary>
    public string LoginKey => Issuer["http://".Length..];

    public string Arn => $"arn:aws:iam::000000000000:oidc-provider/{LoginKey}";

    public static async Task<OidcPeer> StartAsync(int port = 0, string keyGeneration = "1")
    {
        var (process, ready) = await Peer.StartReadyAsync("oidc-provider.mjs", new Dictionary<string, string?>
        {
            ["PORT"] = $"{port}",
            ["KEYGEN"] = keyGeneration,
        });
        return new OidcPeer(process, ready);
    }

    /// <summary>An ID token for a user, signed with the algorithm of the client that it is made out to, perhaps with further claims.</summary>
    public async Task<string> TokenAsync(string subject, string algorithm = "RS256", object? claims = null)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "urn:test:subject",
            ["client_id"] = $"client-{algorithm}",
            ["client_secret"] = new string('x', 64),
            ["subject"] = subject,
            ["claims"] = JsonSerializer.Serialize(claims ?? new { }),
        });
        using var answer = await _http.PostAsync(new Uri($"{Issuer}/token"), form);
        var body = await answer.Content.ReadAsStringAsync();
        using var json = JsonDocument.Parse(body);
        return json.RootElement.TryGetProperty("id_token", out var token)
            ? token.GetString()!
            : throw new InvalidOperationException($"No token: {body}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Peer.StopAsync(_process);
    }
}
