using System.Globalization;

namespace FederatedIdentity.Server.Iam;

/// <summary>
/// Pages of IAM's lists. A marker names the last thing shown, sealed for the list it came from, so what comes and goes meanwhile
/// neither repeats nor hides others.
/// </summary>
internal sealed class IamPages(PageTokens tokens)
{
    /// <summary>How many there are on a page that the caller does not limit; AWS's number.</summary>
    private const int Usual = 100;

    /// <summary>The answer to a marker that does not belong to the list it came with.</summary>
    public static readonly ApiError ForeignMarker = new("ValidationError", "Invalid Marker.");

    public static int SizeOf(long? maxItems) => (int)(maxItems ?? Usual);

    /// <summary>The name after which the page begins; null for a foreign marker.</summary>
    public string? After(string scope, string? marker) => tokens.OpenText(scope, marker);

    /// <summary><paramref name="found"/> holds one more than <paramref name="size"/> when there is a next page.</summary>
    public (IReadOnlyList<T> Items, string? Marker) Cut<T>(List<T> found, int size, string scope, Func<T, string> name)
    {
        if (found.Count <= size)
        {
            return (found, null);
        }

        var items = found.GetRange(0, size);
        return (items, tokens.SealText(scope, name(items[^1])));
    }

    /// <summary>A page of tags. It begins at a number, since a tag's key may be longer than a marker.</summary>
    public Outcome<TagPage> Of(IReadOnlyDictionary<string, string> tags, string scope, string? marker, long? maxItems)
    {
        if (tokens.OpenText(scope, marker) is not { } position)
        {
            return ForeignMarker;
        }

        var first = position is "" ? 0 : int.Parse(position, CultureInfo.InvariantCulture);
        var next = first + SizeOf(maxItems);
        return new TagPage(
            [.. Tag.List(tags).Skip(first).Take(next - first)],
            next < tags.Count ? tokens.SealText(scope, next.ToString(CultureInfo.InvariantCulture)) : null);
    }
}

/// <summary>The limits of a page that a list's input may name.</summary>
internal static class PageConstraints
{
    public static Constraints Page(this Constraints on, string? marker, long? maxItems) => on
        .String("marker", marker, IamShapes.MarkerType)
        .Number("maxItems", maxItems, IamShapes.MaxItemsType);
}
