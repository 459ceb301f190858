using System.Buffers;
using System.Globalization;
using System.Text;

namespace FederatedIdentity.Server.Iam;

/// <summary>The patterns of IAM's published model, as it prints them, each with a matcher that reads the value once.</summary>
internal static class IamPatterns
{
    private const string Word = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";

    private static readonly SearchValues<char> _pathCharacters = SearchValues.Create(Word + ".,+@=-");

    public static Pattern Name { get; } = Pattern.OneOrMoreOf(@"[\w+=,.@-]+", Word + "+=,.@-");

    public static Pattern SamlName { get; } = Pattern.OneOrMoreOf(@"[\w._-]+", Word + ".-");

    public static Pattern Id { get; } = Pattern.OneOrMoreOf(@"[\w]+", Word);

    public static Pattern Path { get; } = new(
        @"(\u002F)|(\u002F[\u0021-\u007F]+\u002F)", value => value is "/" || (value.Length > 2 && value[^1] == '/' && IsPrefix(value)));

    public static Pattern PathPrefix { get; } = new(@"\u002F[\u0021-\u007F]*", IsPrefix);

    public static Pattern PolicyPath { get; } = new(@"((/[A-Za-z0-9\.,\+@=_-]+)*)/", IsPolicyPath);

    public static Pattern Document { get; } = new(
        @"[\u0009\u000A\u000D\u0020-\u00FF]+",
        value => value.Length > 0 && value.All(c => c is '\t' or '\n' or '\r' or (>= ' ' and <= '\u00FF')));

    public static Pattern Marker { get; } = new(
        @"[\u0020-\u00FF]+", value => value.Length > 0 && value.All(c => c is >= ' ' and <= '\u00FF'));

    public static Pattern Description { get; } = new(
        @"[\p{L}\p{M}\p{Z}\p{S}\p{N}\p{P}]*", value => Holds(value, rune => "LMZSNP".Contains(CategoryOf(rune))));

    public static Pattern TagKey { get; } = new(@"[\p{L}\p{Z}\p{N}_.:/=+\-@]+", value => value.Length > 0 && Holds(value, IsOfTag));

    public static Pattern TagValue { get; } = new(@"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", value => Holds(value, IsOfTag));

    private static bool IsPrefix(string value) => value.StartsWith('/') && value.All(c => c is >= '!' and <= '\u007F');

    // No two slashes in a row, since a segment has at least one character.
    private static bool IsPolicyPath(string value) =>
        value is ['/', ..] and [.., '/']
        && (value.Length == 1 || value[1..^1].Split('/').All(part => part.Length > 0 && !part.AsSpan().ContainsAnyExcept(_pathCharacters)));

    private static bool IsOfTag(Rune rune) => "LZN".Contains(CategoryOf(rune)) || (rune.IsAscii && "_.:/=+-@".Contains((char)rune.Value));

    // Java matches code points, so half a surrogate pair, which has no category of text, does not match.
    private static bool Holds(string value, Func<Rune, bool> allows)
    {
        var rest = value.AsSpan();
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var length) != OperationStatus.Done || !allows(rune))
            {
                return false;
            }

            rest = rest[length..];
        }

        return true;
    }

    /// <summary>The first letter of the Unicode category: L, M, N, P, S, Z or C.</summary>
    private static char CategoryOf(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        <= UnicodeCategory.OtherLetter => 'L',
        <= UnicodeCategory.EnclosingMark => 'M',
        <= UnicodeCategory.OtherNumber => 'N',
        <= UnicodeCategory.ParagraphSeparator => 'Z',
        <= UnicodeCategory.PrivateUse => 'C',
        <= UnicodeCategory.OtherPunctuation => 'P',
        <= UnicodeCategory.OtherSymbol => 'S',
        _ => 'C',
    };
}
