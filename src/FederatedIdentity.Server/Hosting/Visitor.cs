using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace FederatedIdentity.Server.Hosting;

/// <summary>One answer, of at most a mebibyte.</summary>
internal sealed record Visit(int Status, byte[] Body);

/// <summary>
/// Calls a server of ours as its users do: without redirects, proxies of the environment or a connection kept for later, within a
/// deadline. <paramref name="authorities"/> are the only ones that may vouch for it; without them those of the system.
/// </summary>
internal sealed class Visitor(X509Certificate2Collection? authorities = null) : IDisposable
{
    private const int LongestAnswer = 1024 * 1024;
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(5);

    private readonly HttpMessageInvoker _http = new(NewHandler(authorities));

    /// <summary>Throws an HttpRequestException or a TimeoutException when there is no such answer.</summary>
    public async Task<Visit> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(_deadline);
        try
        {
            using var response = await _http.SendAsync(request, deadline.Token);
            await response.Content.LoadIntoBufferAsync(LongestAnswer, deadline.Token);
            return new((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(deadline.Token));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {_deadline.TotalSeconds} seconds");
        }
    }

    public async Task<Visit> GetAsync(Uri url, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        return await SendAsync(request, ct);
    }

    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler NewHandler(X509Certificate2Collection? authorities)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
        };
        if (authorities is not null)
        {
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = TrustOnly(authorities) };
        }

        return handler;
    }

    private static X509ChainPolicy TrustOnly(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck, // A private authority rarely serves a list.
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }
}
