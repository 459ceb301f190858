using System.Net;
using Amazon.Runtime;
using FederatedIdentity.Providers.Engines;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Sts;

/// <summary>
/// The connections to another STS: without redirects, cookies or proxies of the environment, through the configured egress proxy if
/// there is one, and no answer is read beyond what an STS could have to say.
/// </summary>
internal sealed class ExternalStsHttp(IOptions<OutboundOptions> options) : HttpClientFactory
{
    private const int LongestAnswer = 64 * 1024;
    private static readonly TimeSpan _connectDeadline = TimeSpan.FromSeconds(2);

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Limited(NewHandler()));

    private SocketsHttpHandler NewHandler()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(3),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            MaxConnectionsPerServer = 64,
            ConnectTimeout = _connectDeadline,
            ActivityHeadersPropagator = null, // Our trace ids are not its business.
        };
        if (options.Value.Proxy is { } proxy)
        {
            handler.UseProxy = true;
            var address = new Uri(proxy);
            var login = Uri.UnescapeDataString(address.UserInfo).Split(':', 2);
            handler.Proxy = new WebProxy(address)
            {
                Credentials = login is [var user, var password] ? new NetworkCredential(user, password) : null,
            };
        }

        return handler;
    }

    private sealed class Limited(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            try
            {
                await response.Content.LoadIntoBufferAsync(LongestAnswer, cancellationToken);
                return response;
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
    }
}
