using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.Providers.Twitter;

/// <summary>Makes the header that proves an app and its user; every call of it has a nonce of its own.</summary>
internal sealed class OAuthSigner(TimeProvider clock)
{
    private const int NonceLength = 32;

    public AuthenticationHeaderValue Sign(HttpMethod method, Uri url, ConsumerPair consumer, UserToken token)
    {
        List<KeyValuePair<string, string>> parameters =
        [
            new("oauth_consumer_key", consumer.Key),
            new("oauth_nonce", RandomNumberGenerator.GetHexString(NonceLength, lowercase: true)),
            new("oauth_signature_method", OAuthSignature.Method),
            new("oauth_timestamp", clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            new("oauth_token", token.Token),
            new("oauth_version", "1.0"),
        ];
        var signature = OAuthSignature.Of(method.Method, url, parameters, consumer.Secret.Reveal, token.Secret.Reveal);
        parameters.Add(new("oauth_signature", signature));
        return new("OAuth", string.Join(", ", parameters.Select(pair => $"{pair.Key}=\"{OAuthSignature.Encode(pair.Value)}\"")));
    }
}
