using System.Text;
using FederatedIdentity.Jose;

namespace FederatedIdentity.Providers.Facebook;

/// <summary>Tells the ID tokens of Facebook's Limited Login from access tokens, by their form alone.</summary>
internal static class LimitedLogin
{
    /// <summary>Three parts, the first of which is the text of a JSON object. Access tokens have no parts.</summary>
    public static bool IsIdToken(string token)
    {
        var dot = token.IndexOf('.', StringComparison.Ordinal);
        return dot > 0
            && token.AsSpan(dot + 1).Count('.') == 1
            && Base64UrlStrict.Decode(Encoding.UTF8.GetBytes(token[..dot])) is { } header
            && header.AsSpan().TrimStart(" \t\r\n"u8).StartsWith("{"u8);
    }
}
