using System.Diagnostics;
using System.Text.Json;

namespace FederatedIdentity.Tests.Shared;

/// <summary>npm's samlp, a real SAML identity provider, as a process that answers line by line.</summary>
internal sealed class SamlPeer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly SemaphoreSlim _turn = new(1);

    public SamlPeer(SamlKey key)
    {
        _process = Peer.Start("saml-idp.mjs", new Dictionary<string, string?>
        {
            ["KEY"] = key.PrivateKeyPem,
            ["CERT"] = key.CertificatePem,
            ["ISSUER"] = SamlKey.EntityId,
        });
        Errors = _process.StandardError.ReadToEndAsync();
    }

    private Task<string> Errors { get; }

    public async Task<string> MetadataAsync() => await AskAsync(new { metadata = true }, "xml");

    /// <summary>A base64 response; <paramref name="request"/> as saml-idp.mjs describes it.</summary>
    public Task<string> TokenAsync(object request) => AskAsync(request, "token");

    private async Task<string> AskAsync(object request, string member)
    {
        await _turn.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request));
            var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"samlp died: {await Errors}");
            using var answer = JsonDocument.Parse(line);
            return answer.RootElement.GetProperty(member).GetString()!;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _turn.Dispose();
    }
}
