namespace FederatedIdentity.Providers.Saml;

/// <summary>
/// A SAML response as it travels in a Logins map: base64 of the document, as the POST binding sends it, and nothing else that a
/// lenient decoder would take: no deflated data, no base64url, no blanks.
/// </summary>
internal static class SamlToken
{
    /// <summary>The API's limit for every login token.</summary>
    public const int MaxLength = 50_000;

    /// <summary>The document's text; null if it is none.</summary>
    public static string? Decode(string token)
    {
        if (token.Length is 0 or > MaxLength || Unfold(token) is not { } base64)
        {
            return null;
        }

        var bytes = new byte[base64.Length / 4 * 3];
        return Convert.TryFromBase64String(base64, bytes, out var length)
            && Convert.ToBase64String(bytes, 0, length) == base64 // Or other bits hide behind the padding.
            ? StrictXml.Text(bytes[..length])
            : null;
    }

    /// <summary>Takes out the line breaks of PEM (64 columns) or MIME (76 columns); null if there is any other blank.</summary>
    private static string? Unfold(string token)
    {
        var lines = token.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        if (lines is [.., ""])
        {
            lines = lines[..^1];
        }

        var folded = lines.SkipLast(1).All(line => line.Length == lines[0].Length && line.Length is 64 or 76)
            && (lines.Length == 1 || lines[^1].Length <= lines[0].Length);
        var base64 = string.Concat(lines);
        return folded && base64.All(IsBase64) ? base64 : null;
    }

    private static bool IsBase64(char character) => char.IsAsciiLetterOrDigit(character) || character is '+' or '/' or '=';
}
