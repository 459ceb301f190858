using System.Security.Cryptography;
using System.Text;

namespace FederatedIdentity.Providers.Twitter;

/// <summary>Signatures of OAuth 1.0a with HMAC-SHA1. Pure: nonce and time are parameters like any other.</summary>
/// <remarks>https://www.rfc-editor.org/rfc/rfc5849#section-3.4</remarks>
internal static class OAuthSignature
{
    public const string Method = "HMAC-SHA1";

    /// <summary>
    /// Signs a request by its query and by <paramref name="parameters"/>, which are those of OAuth and of a form in the body, decoded.
    /// </summary>
    public static string Of(
        string method, Uri url, IEnumerable<KeyValuePair<string, string>> parameters, string consumerSecret, string tokenSecret)
    {
        var key = Encoding.ASCII.GetBytes($"{Encode(consumerSecret)}&{Encode(tokenSecret)}");
        var text = Encoding.ASCII.GetBytes(BaseString(method, url, parameters));
#pragma warning disable CA5350 // The protocol has no stronger signature, and HMAC does not rest on SHA-1's resistance to collisions.
        return Convert.ToBase64String(HMACSHA1.HashData(key, text));
#pragma warning restore CA5350
    }

    /// <summary>Section 3.4.1: method, URL without query, and all parameters in the order of their encoded bytes.</summary>
    public static string BaseString(string method, Uri url, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var sorted = Pairs(url.Query.TrimStart('?')).Concat(parameters)
            .Select(pair => (Name: Encode(pair.Key), Value: Encode(pair.Value)))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal)
            .ThenBy(pair => pair.Value, StringComparer.Ordinal)
            .Select(pair => $"{pair.Name}={pair.Value}");

        // Uri lower-cases scheme and host and leaves the default port out, as section 3.4.1.2 demands.
        return $"{method.ToUpperInvariant()}&{Encode(url.GetLeftPart(UriPartial.Path))}&{Encode(string.Join('&', sorted))}";
    }

    /// <summary>Section 3.6: all but RFC 3986's unreserved characters as UTF-8 in upper-case hex.</summary>
    public static string Encode(string text) => Uri.EscapeDataString(text);

    /// <summary>Decodes a query or a form body (section 3.4.1.3.1).</summary>
    public static IEnumerable<KeyValuePair<string, string>> Pairs(string form)
    {
        foreach (var pair in form.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            yield return equals < 0 ? new(Decode(pair), "") : new(Decode(pair[..equals]), Decode(pair[(equals + 1)..]));
        }
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
