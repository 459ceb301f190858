using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Compat;

/// <summary>An AWS SDK for JavaScript as a client of a server, one call after the other.</summary>
internal sealed class SdkPeer : IDisposable
{
    public const string V2 = "cognito-v2.mjs";
    public const string V3 = "cognito.mjs";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private SdkPeer(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
    }

    /// <summary>Signs with the administrator's key unless told otherwise; a null secret makes an anonymous client.</summary>
    public static SdkPeer Start(
        string program,
        Uri endpoint,
        string? secret = TestServer.SecretAccessKey,
        TimeSpan clockOffset = default,
        int? maxAttempts = null) =>
        new(Peer.Start(
            program,
            new Dictionary<string, string?>
            {
                ["AWS_ACCESS_KEY_ID"] = secret is null ? null : TestServer.AccessKeyId,
                ["AWS_SECRET_ACCESS_KEY"] = secret,
                ["AWS_SESSION_TOKEN"] = null,
                ["CLOCK_OFFSET_MS"] = $"{clockOffset.TotalMilliseconds}",
                ["MAX_ATTEMPTS"] = maxAttempts is null ? null : $"{maxAttempts}",
            },
            endpoint.GetLeftPart(UriPartial.Authority),
            "us-east-1"));

    /// <summary>The peer's line: ok, output or name and message, status, requestId.</summary>
    public async Task<JsonNode> CallAsync(string operation, object input)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { operation, input }));
        await _process.StandardInput.FlushAsync();
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        return JsonNode.Parse(line ?? throw new InvalidOperationException("The peer ended."))!;
    }

    /// <summary>The output of a call that has to succeed.</summary>
    public async Task<JsonNode> OutputAsync(string operation, object input)
    {
        var answer = await CallAsync(operation, input);
        Assert.True(answer["ok"]!.GetValue<bool>(), answer.ToJsonString());
        return answer["output"]!;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
