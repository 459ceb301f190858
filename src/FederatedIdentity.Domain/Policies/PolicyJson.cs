using System.Globalization;
using System.Text.Json;

namespace FederatedIdentity.Domain.Policies;

/// <summary>Reads JSON that has one meaning only: no member twice, no half characters, no more depth than policies have.</summary>
internal static class PolicyJson
{
    /// <summary>Document, statements, statement, condition, operator, values.</summary>
    private const int MaxDepth = 6;

    private static readonly JsonDocumentOptions _strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Null when the text is something else; <paramref name="position"/> says where it goes wrong, if that is known.</summary>
    public static JsonElement? Parse(string json, out string position)
    {
        position = "";
        if (HasHalfCharacter(json))
        {
            return null;
        }

        try
        {
            return JsonElement.Parse(json, _strict);
        }
        catch (JsonException defect)
        {
            position = defect.LineNumber is { } line ? $"line {line + 1}, column {defect.BytePositionInLine + 1}" : "";
            return null;
        }
    }

    // The platform's reader throws on half a surrogate pair: at once if it stands there itself, later if it is escaped.
    private static bool HasHalfCharacter(ReadOnlySpan<char> text)
    {
        (char Unit, bool IsEscaped) before = default;
        while (!text.IsEmpty)
        {
            var length = ReadUnit(text, out var now);
            var isLow = char.IsLowSurrogate(now.Unit);
            if (isLow != char.IsHighSurrogate(before.Unit) || isLow && now.IsEscaped != before.IsEscaped)
            {
                return true;
            }

            before = now;
            text = text[length..];
        }

        return char.IsHighSurrogate(before.Unit);
    }

    private static int ReadUnit(ReadOnlySpan<char> text, out (char Unit, bool IsEscaped) read)
    {
        read = (text[0], false);
        if (text[0] != '\\' || text.Length < 2)
        {
            return 1;
        }

        if (text.Length < 6 || text[1] != 'u'
            || !ushort.TryParse(text[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
        {
            // Whatever is escaped is no longer a backslash that could escape the next. Half a character is looked at all the same.
            read = ('\\', true);
            return char.IsSurrogate(text[1]) ? 1 : 2;
        }

        read = ((char)unit, true);
        return 6;
    }
}
