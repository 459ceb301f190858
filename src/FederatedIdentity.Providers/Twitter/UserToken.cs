using System.Buffers;
using FederatedIdentity.Domain;

namespace FederatedIdentity.Providers.Twitter;

/// <summary>What a client presents: an access token of OAuth 1.0a and its secret, written <c>token;secret</c>.</summary>
internal sealed record UserToken(string Token, SecretKey Secret)
{
    private const int LongestHalf = 255;

    private static readonly SearchValues<char> HalfCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>
    /// Null for anything but the form that the vendor issues. A header, a URL, or a character that OAuth would have to encode is no
    /// token, so none of them ever leaves this machine.
    /// </summary>
    public static UserToken? Parse(ProviderToken token)
    {
        var text = token.Reveal;
        var at = text.IndexOf(';', StringComparison.Ordinal);
        return at > 0 && IsHalf(text.AsSpan(0, at)) && IsHalf(text.AsSpan(at + 1))
            ? new(text[..at], new SecretKey(text[(at + 1)..]))
            : null;
    }

    public override string ToString() => "[user token]";

    private static bool IsHalf(ReadOnlySpan<char> half) =>
        half.Length is > 0 and <= LongestHalf && !half.ContainsAnyExcept(HalfCharacters);
}
