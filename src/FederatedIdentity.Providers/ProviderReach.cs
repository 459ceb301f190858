using System.Net;
using FederatedIdentity.Providers.Engines;
using FederatedIdentity.Providers.UserPools;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Providers;

/// <summary>Asks each provider for what a login would ask it for first, once, and remembers nothing.</summary>
internal sealed class ProviderReach(
    KeyFetcher keys, OutboundHttp http, UserPoolAddresses userPools, IOptions<ProvidersOptions> options) : IProviderReach
{
    private readonly ProvidersOptions _options = options.Value;

    public Task<string?> FaultOfIssuerAsync(string issuer, IReadOnlyCollection<string> thumbprints, CancellationToken ct) => FaultAsync(
        KeySource.Discovery(OidcProvider.Kind, KeySource.WellKnown(issuer), issuer, [.. _options.KeyHosts]) with
        {
            Thumbprints = Thumbprints.Of(thumbprints),
        },
        ct);

    public async Task<string?> FaultOfLoginProviderAsync(string key, CancellationToken ct) => key switch
    {
        GoogleProvider.Key => await FaultAsync(GoogleProvider.KeysOf(_options), ct),
        AppleProvider.Key => await FaultAsync(AppleProvider.KeysOf(_options), ct),
        FacebookProvider.Key => await FaultAsync(FacebookProvider.Kind, _options.Facebook.Endpoint, ct),
        AmazonProvider.Key => await FaultAsync(AmazonProvider.Kind, _options.Amazon.Endpoint, ct),
        TwitterProvider.Key => await FaultAsync(TwitterProvider.Kind, _options.Twitter.Endpoint, ct),
        DigitsProvider.Key => await FaultAsync(DigitsProvider.Kind, _options.Digits.Endpoint, ct),
        _ => "there is no such provider: its logins fail",
    };

    public async Task<string?> FaultOfUserPoolAsync(string key, CancellationToken ct) => UserPoolName.TryParse(key) is { } pool
        ? await FaultAsync(KeySource.Keys(UserPoolProvider.Kind, userPools.KeysOf(pool)), ct)
        : "not the name of a user pool";

    private async Task<string?> FaultAsync(KeySource source, CancellationToken ct) => await keys.FetchAsync(source, null, ct) switch
    {
        KeyFetch.Ok { Keys.Keys.Count: 0 } => "keys: none of them can be used",
        KeyFetch.Ok => null,
        KeyFetch.Failed failed => failed.Detail,
        var other => throw new InvalidOperationException(other.ToString()),
    };

    /// <summary>Without a token nothing can be asked for; an answer of whatever kind shows that somebody is there.</summary>
    private async Task<string?> FaultAsync(string kind, string? endpoint, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(endpoint))
        {
            return "no endpoint is configured: nobody is asked, and its logins fail";
        }

        return await http.SendAsync(new OutboundRequest(kind, new Uri(endpoint), OutboundRequest.Document), ct) switch
        {
            FetchResult.Ok { Status: < HttpStatusCode.InternalServerError } => null,
            FetchResult.Ok ok => $"status {(int)ok.Status}",
            FetchResult.Failed failed => failed.Detail,
            var other => throw new InvalidOperationException(other.ToString()),
        };
    }
}
