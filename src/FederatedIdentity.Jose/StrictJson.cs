using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace FederatedIdentity.Jose;

/// <summary>Reads UTF-8 JSON that has one meaning only: valid text, no unpaired surrogates, no duplicate member names.</summary>
public static class StrictJson
{
    /// <summary>
    /// True if every string in the JSON can be read: the platform's reader lets both defects pass and throws
    /// InvalidOperationException later, when the string is taken.
    /// </summary>
    public static bool IsReadableText(ReadOnlySpan<byte> json) => Utf8.IsValid(json) && !HasUnpairedSurrogate(json);

    /// <summary>
    /// Parses one JSON value; neither this nor taking a string of the result throws. Null with <paramref name="duplicate"/> set if the
    /// only defect is a repeated member name.
    /// </summary>
    public static JsonElement? Parse(ReadOnlySpan<byte> json, int maxDepth, out bool duplicate)
    {
        duplicate = false;
        if (!IsReadableText(json))
        {
            return null;
        }

        try
        {
            return JsonElement.Parse(json, new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            duplicate = IsWellFormed(json, maxDepth);
            return null;
        }
    }

    /// <summary>
    /// Whether <see cref="Parse"/> would answer an object. False with <paramref name="duplicate"/> set if the only defect of the JSON is a
    /// repeated member name.
    /// </summary>
    public static bool IsObject(ReadOnlySpan<byte> json, int maxDepth, out bool duplicate)
    {
        duplicate = false;
        try
        {
            if (IsReadableText(json) && PlainObject.IsStrict(json, maxDepth))
            {
                return true;
            }
        }
        catch (JsonException)
        {
            return false;
        }

        return Parse(json, maxDepth, out duplicate) is { ValueKind: JsonValueKind.Object };
    }

    private static bool IsWellFormed(ReadOnlySpan<byte> json, int maxDepth)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // Backslashes occur in JSON only inside strings; if this is no JSON, the parser says so afterwards.
    private static bool HasUnpairedSurrogate(ReadOnlySpan<byte> json)
    {
        var rest = json;
        while (rest.IndexOf((byte)'\\') is var at and >= 0)
        {
            rest = rest[at..];
            if (!TryReadEscapedUnit(rest, out var unit) || !char.IsSurrogate(unit))
            {
                rest = rest[Math.Min(2, rest.Length)..];
                continue;
            }

            if (char.IsLowSurrogate(unit) || !TryReadEscapedUnit(rest[6..], out var next) || !char.IsLowSurrogate(next))
            {
                return true;
            }

            rest = rest[12..];
        }

        return false;
    }

    private static bool TryReadEscapedUnit(ReadOnlySpan<byte> text, out char unit)
    {
        unit = default;
        if (text.Length < 6 || text[0] != '\\' || text[1] != 'u' ||
            !ushort.TryParse(text[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        unit = (char)value;
        return true;
    }
}
