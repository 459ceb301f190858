using BenchmarkDotNet.Attributes;
using FederatedIdentity.Server.OpenId;
using Microsoft.Extensions.DependencyInjection;

namespace FederatedIdentity.Benchmarks.Micro;

/// <summary>The whole OpenID token of a guest: claims, JSON and signature.</summary>
public class OpenIdBenchmarks
{
    private MicroServer? _server;
    private OpenIdTokenIssuer? _issuer;

    [Params("RS512", "ES256")]
    public string Algorithm { get; set; } = "";

    [GlobalSetup]
    public void Start()
    {
        _server = MicroServer.Start(Algorithm);
        _issuer = _server.Services.GetRequiredService<OpenIdTokenIssuer>();
    }

    [GlobalCleanup]
    public void Stop() => _server!.Dispose();

    [Benchmark]
    public ValueTask<string> IssueToken() => _issuer!.IssueAsync(
        IdentityClaims.Of(_server!.Guest, _server.Pool, []), _server.Pool, OpenIdTokenIssuer.Lifetime, CancellationToken.None);
}
