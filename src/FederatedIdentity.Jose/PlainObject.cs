using System.Text.Json;

namespace FederatedIdentity.Jose;

/// <summary>Knows a strict JSON object when it is as plain as nearly every token's is: in one pass, and without any memory.</summary>
internal static class PlainObject
{
    /// <summary>So many names are compared each with each, those of objects around an object included.</summary>
    private const int MaxNames = 32;

    /// <summary>
    /// True only for one object without repeated names at any depth. False says nothing: names with escapes, or more of them than are
    /// compared here, are for the platform's parser. Throws <see cref="JsonException"/> for what is no JSON.
    /// </summary>
    public static bool IsStrict(ReadOnlySpan<byte> json, int maxDepth)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
        Span<(int Start, int Length)> names = stackalloc (int, int)[MaxNames];
        Span<int> firsts = stackalloc int[maxDepth]; // Where the names of the object at each depth begin.
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        var count = firsts[0] = 0;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    firsts[reader.CurrentDepth] = count;
                    break;
                case JsonTokenType.EndObject:
                    count = firsts[reader.CurrentDepth];
                    break;
                case JsonTokenType.PropertyName:
                    var siblings = names[firsts[reader.CurrentDepth - 1]..count];
                    if (count == MaxNames || reader.ValueIsEscaped || IsAmong(json, siblings, reader.ValueSpan))
                    {
                        return false;
                    }

                    names[count++] = ((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length); // After its quotation mark.
                    break;
            }
        }

        return true;
    }

    private static bool IsAmong(ReadOnlySpan<byte> json, ReadOnlySpan<(int Start, int Length)> siblings, ReadOnlySpan<byte> name)
    {
        foreach (var (start, length) in siblings)
        {
            if (json.Slice(start, length).SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }
}
