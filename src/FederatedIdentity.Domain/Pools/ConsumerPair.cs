using System.Buffers;

namespace FederatedIdentity.Domain.Pools;

/// <summary>
/// What a pool says of Twitter and Digits: the app's consumer key and its secret, written <c>key;secret</c>. The key may be shown to
/// everybody, the secret prints as a placeholder.
/// </summary>
public sealed record ConsumerPair(string Key, SecretKey Secret)
{
    public const string Twitter = "api.twitter.com";

    public const string Digits = "www.digits.com";

    public const char Separator = ';';

    /// <summary>Stands where a secret is that the reader may not see. Fits the pattern that the API sets for these values.</summary>
    public const string Placeholder = "REDACTED";

    // The API's own pattern for the whole value is [\w.;_/-]+, with the ASCII \w.
    private static readonly SearchValues<char> HalfCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-");

    public bool IsRedacted => Secret.Reveal == Placeholder;

    /// <summary>Whether the values under this key of <c>SupportedLoginProviders</c> hold such a pair.</summary>
    public static bool IsUsedBy(string loginKey) => loginKey is Twitter or Digits;

    /// <summary>Null for anything but two halves of the API's own characters around one semicolon.</summary>
    public static ConsumerPair? Parse(string value)
    {
        var (key, secret) = Split(value);
        return IsHalf(key) && secret is not null && IsHalf(secret) ? new(key, new SecretKey(secret)) : null;
    }

    /// <summary>Both sides of the first semicolon, whatever they hold; the second is null when there is none.</summary>
    public static (string Key, string? Secret) Split(string value)
    {
        var at = value.IndexOf(Separator, StringComparison.Ordinal);
        return at < 0 ? (value, null) : (value[..at], value[(at + 1)..]);
    }

    private static bool IsHalf(string half) => half.Length > 0 && !half.AsSpan().ContainsAnyExcept(HalfCharacters);
}
