using System.Globalization;
using System.Text;
using FederatedIdentity.Domain.Logins;

namespace FederatedIdentity.Domain.Pools;

/// <summary>
/// Makes principal tags of a login's claims. Whatever the claims hold, STS accepts each tag that comes out: what it would refuse is
/// left out, never shortened or altered, since an altered value could be another user's.
/// </summary>
public static class PrincipalTags
{
    /// <summary>STS: up to 128 characters.</summary>
    public const int MaxKeyLength = 128;

    /// <summary>STS: up to 256 characters.</summary>
    public const int MaxValueLength = 256;

    /// <summary>What "use defaults" means: tag key and claim.</summary>
    public static readonly IReadOnlyDictionary<string, string> Defaults = new Dictionary<string, string>
    {
        ["client"] = "aud",
        ["username"] = "sub",
    };

    /// <summary>What it means for SAML providers: the NameID, which users cannot change. Assertions name no client.</summary>
    public static readonly IReadOnlyDictionary<string, string> SamlDefaults = new Dictionary<string, string>
    {
        ["username"] = LoginClaims.NameIdentifier,
    };

    /// <summary>
    /// The tags for one login. <paramref name="map"/> is tag key to claim name; it is not looked at when
    /// <paramref name="useDefaults"/> is set. A pool that stores no map for the provider has no tags and does not ask.
    /// </summary>
    /// <remarks>
    /// COGNITO-IDENTITY 6. A claim that is missing, an object or an array of more than one makes no tag. The real service documents
    /// Twitter's <c>client</c> as key and secret joined by a semicolon; a semicolon may not be in a tag, so such a pair cannot get out.
    /// </remarks>
    public static IReadOnlyDictionary<string, string> From(
        LoginClaims claims, IReadOnlyDictionary<string, string> map, bool useDefaults)
    {
        var tags = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, claim) in useDefaults ? Defaults : map)
        {
            if (IsKey(key) && ClaimText.Of(claims[claim]) is [var value] && IsValue(value))
            {
                tags[key] = value;
            }
        }

        return tags;
    }

    /// <summary>Whether STS takes this as the key of a session tag; the prefix <c>aws:</c> is reserved.</summary>
    public static bool IsKey(string key) =>
        key.Length is > 0 and <= MaxKeyLength && !key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase) && IsTagText(key);

    /// <summary>Whether STS takes this as the value of a session tag; the identity pool API has no empty ones.</summary>
    public static bool IsValue(string value) => value.Length is > 0 and <= MaxValueLength && IsTagText(value);

    /// <summary>The characters of all AWS tags: <c>[\p{L}\p{Z}\p{N}_.:/=+\-@]</c>, outside the basic plane too.</summary>
    /// <remarks>Half a surrogate pair reads as U+FFFD, which is a symbol.</remarks>
    public static bool IsTagText(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsTagRune(rune))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsTagRune(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        <= UnicodeCategory.OtherLetter => true,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => true,
        UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        _ => rune.IsAscii && "_.:/=+-@".Contains((char)rune.Value, StringComparison.Ordinal),
    };
}
