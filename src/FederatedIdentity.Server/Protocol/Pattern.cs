using System.Buffers;
using System.Globalization;
using System.Text;

namespace FederatedIdentity.Server.Protocol;

/// <summary>
/// A pattern of the API model as the service prints it, and a matcher that reads the value once, whatever it holds.
/// It is a Java expression over the whole value: <c>\w</c>, <c>\d</c> and <c>\s</c> are ASCII.
/// </summary>
internal sealed class Pattern
{
    private const string Digits = "0123456789";
    private const string Word = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_" + Digits;
    private const string Space = " \t\n\v\f\r";

    private static readonly SearchValues<char> _regionCharacters = SearchValues.Create(Word + "-");
    private static readonly SearchValues<char> _guidCharacters = SearchValues.Create("0123456789abcdef-");
    private static readonly SearchValues<char> _spaces = SearchValues.Create(Space);

    private readonly Func<string, bool> _matches;

    public Pattern(string text, Func<string, bool> matches) => (Text, _matches) = (text, matches);

    public static Pattern RegionAndGuid { get; } = new(@"[\w-]+:[0-9a-f-]+", IsRegionAndGuid);

    public static Pattern AccountDigits { get; } = OneOrMoreOf(@"\d+", Digits);

    public static Pattern PoolName { get; } = OneOrMoreOf(@"[\w\s+=,.@-]+", Word + Space + "+=,.@-");

    public static Pattern AppId { get; } = OneOrMoreOf(@"[\w.;_/-]+", Word + ".;/-");

    public static Pattern DeveloperName { get; } = OneOrMoreOf(@"[\w._-]+", Word + ".-");

    public static Pattern UserPoolName { get; } = OneOrMoreOf(@"[\w._:/-]+", Word + ".:/-");

    public static Pattern ClientId { get; } = OneOrMoreOf(@"[\w_]+", Word);

    public static Pattern RoleKind { get; } = new("(un)?authenticated", value => value is "authenticated" or "unauthenticated");

    public static Pattern VisibleText { get; } = new(@"[\S]+", value => value.Length > 0 && !value.AsSpan().ContainsAny(_spaces));

    public static Pattern SessionName { get; } = AnyOf(@"[\w+=,.@-]*", Word + "+=,.@-");

    public static Pattern ExternalId { get; } = AnyOf(@"[\w+=,.@:\/-]*", Word + "+=,.@:/-");

    public static Pattern DeviceName { get; } = AnyOf(@"[\w+=/:,.@-]*", Word + "+=/:,.@-");

    public static Pattern TokenCode { get; } = AnyOf(@"[\d]*", Digits);

    public static Pattern KeyId { get; } = AnyOf(@"[\w]*", Word);

    public static Pattern Claim { get; } = new(@"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", IsClaim);

    public string Text { get; }

    public bool Matches(string value) => _matches(value);

    public static Pattern OneOrMoreOf(string text, string characters)
    {
        var allowed = SearchValues.Create(characters);
        return new Pattern(text, value => value.Length > 0 && !value.AsSpan().ContainsAnyExcept(allowed));
    }

    private static Pattern AnyOf(string text, string characters)
    {
        var allowed = SearchValues.Create(characters);
        return new Pattern(text, value => !value.AsSpan().ContainsAnyExcept(allowed));
    }

    private static bool IsRegionAndGuid(string value)
    {
        var colon = value.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && colon < value.Length - 1
            && !value.AsSpan(0, colon).ContainsAnyExcept(_regionCharacters)
            && !value.AsSpan(colon + 1).ContainsAnyExcept(_guidCharacters);
    }

    // Java matches code points, so a symbol outside the basic plane counts once and half a surrogate pair does not match.
    private static bool IsClaim(string value)
    {
        var rest = value.AsSpan();
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var length) != OperationStatus.Done
                || !IsVisible(Rune.GetUnicodeCategory(rune)))
            {
                return false;
            }

            rest = rest[length..];
        }

        return value.Length > 0;
    }

    private static bool IsVisible(UnicodeCategory category) => category is not (
        UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
