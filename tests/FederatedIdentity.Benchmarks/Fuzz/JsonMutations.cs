using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FederatedIdentity.Benchmarks.Fuzz;

/// <summary>Alterations of a JSON object that mostly leave it JSON: values, names, duplicates, nesting and spelling.</summary>
internal static class JsonMutations
{
    // Half of a surrogate pair, which the platform neither reads nor writes, stands like this until the text is finished.
    private const string Half = "half-a-pair";

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-0", "-1", "1", "1e400", "-1e400", "1e300", "9007199254740993", "99999999999999", "1.5",
        "253402300800", "\"\"", "\" \"", "\"none\"", "\"RS256\"", "\"ES256\"", "\"HS256\"", "\"JWT\"", "\"JWS\"", "\"at+jwt\"", "\"id\"",
        "\"access\"", "\"sig\"", "\"enc\"", "\"admin\"", "\"\\u0000\"", $"\"{Half}\"", "\"\\u202e\"", "[]", "{}", "[[]]", "[null]",
        "[\"x\"]", "{\"0\":\"x\"}", "\"https://evil.example\"", "\"client-1\"", "[\"client-1\",\"other\"]", "[\"client-1\",5]",
    ];

    private static readonly string[] Names =
    [
        "alg", "kid", "typ", "cty", "crit", "b64", "zip", "jwk", "jku", "x5c", "iss", "sub", "aud", "azp", "exp", "iat", "nbf", "auth_time",
        "nonce", "amr", "events", "token_use", "kty", "use", "key_ops", "n", "e", "d", "crv", "x", "y", "k", "keys", "issuer", "jwks_uri",
        "", "__proto__", "Sub", "sub ", "\u0000",
    ];

    public static string Mutate(string json, Random random) => random.Next(8) switch
    {
        0 => Respace(json, random),
        1 => Escape(json, random),
        2 => TextMutations.Mutate(json, random),
        3 => Duplicate(json, random),
        _ => Edit(json, random),
    };

    private static string Edit(string json, Random random)
    {
        var root = JsonNode.Parse(json)!;
        for (var edits = random.Next(1, 3); edits > 0; edits--)
        {
            EditOnce(Descend(root, random), random);
        }

        return root.ToJsonString().Replace(Half, "\\ud800", StringComparison.Ordinal);
    }

    /// <summary>The object itself, or one somewhere inside.</summary>
    private static JsonObject Descend(JsonNode node, Random random)
    {
        var current = node.AsObject();
        while (random.Next(3) != 0 && Inner(current) is { Count: > 0 } inner)
        {
            current = TextMutations.Pick(inner, random);
        }

        return current;
    }

    private static List<JsonObject> Inner(JsonObject node) =>
    [
        .. node.Select(member => member.Value).OfType<JsonObject>(),
        .. node.Select(member => member.Value).OfType<JsonArray>().SelectMany(array => array.OfType<JsonObject>()),
    ];

    private static void EditOnce(JsonObject node, Random random)
    {
        var name = node.Count > 0 ? node.ElementAt(random.Next(node.Count)).Key : TextMutations.Pick(Names, random);
        switch (random.Next(7))
        {
            case 0:
                node.Remove(name);
                break;
            case 1:
                node[TextMutations.Pick(Names, random)] = Value(random);
                break;
            case 2 when node[name] is JsonValue text && text.GetValueKind() == JsonValueKind.String:
                node[name] = TextMutations.Mutate(text.GetValue<string>(), random);
                break;
            case 3 when node[name] is JsonValue number && number.GetValueKind() == JsonValueKind.Number
                && double.IsFinite(number.GetValue<double>()):
                var moved = number.GetValue<double>() + random.Next(-100_000, 100_000);
                node[name] = JsonNode.Parse(moved.ToString("R", CultureInfo.InvariantCulture));
                break;
            case 4:
                var value = node[name]?.DeepClone();
                node.Remove(name);
                node[TextMutations.Pick(Names, random)] = value;
                break;
            case 5:
                node[name] = new JsonArray(node[name]?.DeepClone(), random.Next(2) == 0 ? Value(random) : node[name]?.DeepClone());
                break;
            default:
                node[name] = Value(random);
                break;
        }
    }

    private static JsonNode? Value(Random random) => JsonNode.Parse(TextMutations.Pick(Values, random));

    /// <summary>A second member of a name that the object has already, before or after the first, perhaps spelled with an escape.</summary>
    private static string Duplicate(string json, Random random)
    {
        var root = JsonNode.Parse(json)!.AsObject();
        if (root.Count == 0)
        {
            return json;
        }

        var name = root.ElementAt(random.Next(root.Count)).Key;
        var spelled = random.Next(2) == 0 ? name : Escaped(name, random.Next(name.Length));
        var member = $"\"{spelled}\":{TextMutations.Pick(Values, random)}";
        return random.Next(2) == 0 ? $"{{{member},{json[1..]}" : $"{json[..^1]},{member}}}";
    }

    /// <summary>Spells one character as an escape, which changes nothing inside a string and breaks everything outside.</summary>
    private static string Escape(string json, Random random) => Escaped(json, random.Next(json.Length));

    private static string Escaped(string text, int at) =>
        text.Length == 0 ? text : string.Create(CultureInfo.InvariantCulture, $"{text[..at]}\\u{(int)text[at]:x4}{text[(at + 1)..]}");

    private static string Respace(string json, Random random)
    {
        var spaced = new StringBuilder(json);
        for (var spaces = random.Next(1, 4); spaces > 0; spaces--)
        {
            spaced.Insert(random.Next(spaced.Length + 1), TextMutations.Pick(" \t\r\n", random));
        }

        return spaced.ToString();
    }
}
