using FederatedIdentity.Providers.Engines;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Providers.UserPools;

/// <summary>Where a user pool is asked: always where the configuration says, never where a token does.</summary>
internal sealed class UserPoolAddresses(IOptions<ProvidersOptions> options, IOptions<OutboundOptions> outbound)
{
    private readonly UserPoolsOptions _options = options.Value.UserPools;

    /// <summary>The exact values of <c>iss</c>. An emulator announces itself without TLS.</summary>
    public static string[] IssuersOf(string key, UserPoolName? pool) =>
        pool is { IsEmulator: true } ? [$"https://{key}", $"http://{key}"] : [$"https://{key}"];

    /// <summary>The pool's key set.</summary>
    public string KeysOf(UserPoolName pool) => $"{EndpointOf(pool).TrimEnd('/')}/.well-known/jwks.json";

    /// <summary>Where the pool's <c>AdminGetUser</c> is called; null when the setting makes no URL of this pool's name.</summary>
    public Uri? CheckOf(UserPoolName pool)
    {
        if (_options.CheckEndpoint is { } template)
        {
            return Absolute(UserPoolsOptions.Fill(template, pool.Region, pool.PoolId));
        }

        return Absolute(EndpointOf(pool)) is { } endpoint ? Absolute(endpoint.GetLeftPart(UriPartial.Authority)) : null;
    }

    private string EndpointOf(UserPoolName pool) => _options.Endpoint is { } template
        ? UserPoolsOptions.Fill(template, pool.Region, pool.PoolId)
        : $"{SchemeOf(pool)}://{pool.Key}";

    /// <summary>Plain http only to a host that the operator allows it for.</summary>
    private string SchemeOf(UserPoolName pool)
    {
        if (!pool.IsEmulator || Absolute($"http://{pool.Host}") is not { } plain)
        {
            return Uri.UriSchemeHttps;
        }

        return outbound.Value.Allows(plain.Host, plain.Port) ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
    }

    private static Uri? Absolute(string url) => Uri.TryCreate(url, UriKind.Absolute, out var absolute) ? absolute : null;
}
