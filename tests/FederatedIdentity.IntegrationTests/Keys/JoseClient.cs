using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Keys;

/// <summary>A verifier on npm's jose that keeps a key set for a time, and looks for unknown keys after another.</summary>
internal sealed class JoseClient : IDisposable
{
    private static readonly Dictionary<string, string?> NoSettings = [];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private JoseClient(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
    }

    /// <summary>Reads the keys of one replica; without <paramref name="cooldown"/> it never looks for a key before its copy is old.</summary>
    public static JoseClient Start(string issuer, Uri replica, TimeSpan maxAge, TimeSpan? cooldown = null) => new(Peer.Start(
        "jwks-cache.mjs", NoSettings, issuer, $"{new Uri(replica, "/.well-known/jwks_uri")}",
        Milliseconds(maxAge), Milliseconds(cooldown ?? TimeSpan.FromHours(1))));

    /// <summary>The kid of a valid token; or why it is none.</summary>
    public async Task<(string? Kid, string? Error)> VerifyAsync(string token)
    {
        await _process.StandardInput.WriteLineAsync(token);
        await _process.StandardInput.FlushAsync();
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        var answer = JsonNode.Parse(line ?? throw new InvalidOperationException("The peer ended."))!;
        return (answer["kid"]?.GetValue<string>(), answer["error"]?.GetValue<string>());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
}
