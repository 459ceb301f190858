using System.Diagnostics;
using System.Text;
using System.Text.Json;
using FederatedIdentity.Benchmarks.Load;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.Benchmarks;

/// <summary>A real server as a process, and callers that log the same user in there over and over.</summary>
internal sealed class LoginLoad : IAsyncDisposable
{
    public const string AccessKeyId = "AKIABENCHBENCHBENCH0";
    public const string SecretAccessKey = "secret-access-key-of-the-benchmarks-0123";

    private readonly ServerProcess _server;
    private readonly WireClient _client;
    private readonly byte[] _body;

    private LoginLoad(ServerProcess server, WireClient client, byte[] body) => (_server, _client, _body) = (server, client, body);

    /// <summary>Of the server's process since its start.</summary>
    public TimeSpan CpuTime => CpuClock.OfThreads(_server.Id);

    public static async Task<LoginLoad> StartAsync(Dictionary<string, string?> settings, BenchIssuer issuer)
    {
        var server = await ServerProcess.StartAsync(settings);
        var client = new WireClient(server.BaseAddress, AccessKeyId, SecretAccessKey);
        var key = new Uri(issuer.Url).Authority;
        var pool = await client.CallAsync("CreateIdentityPool", new
        {
            IdentityPoolName = "bench",
            AllowUnauthenticatedIdentities = false,
            OpenIdConnectProviderARNs = new[] { $"arn:aws:iam::000000000000:oidc-provider/{key}" },
        });
        var login = new Dictionary<string, string> { [key] = issuer.RsaToken() };
        var body = JsonSerializer.Serialize(new { IdentityPoolId = pool["IdentityPoolId"], Logins = login });
        return new LoginLoad(server, client, Encoding.UTF8.GetBytes(body));
    }

    public Task CallAsync(int calls, int callers) =>
        Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => CallAsync(calls / callers))));

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.StopAsync();
        await _server.DisposeAsync();
    }

    private async Task CallAsync(int calls)
    {
        for (var call = 0; call < calls; call++)
        {
            using var request = _client.Request("GetId", _body);
            using var response = await _client.Http.SendAsync(request);
            if (!response.IsSuccessStatusCode)
            {
                throw new UnreachableException(await response.Content.ReadAsStringAsync());
            }
        }
    }
}
