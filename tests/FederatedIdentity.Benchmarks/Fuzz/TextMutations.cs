using System.Text;

namespace FederatedIdentity.Benchmarks.Fuzz;

/// <summary>Alterations of any text, from a single bit to the tricks that Unicode and base64 offer.</summary>
internal static class TextMutations
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private const string Interesting =
        ".=+/ \0\t\r\n%{}[]\"\\,:'<>&;#\u007f\u0080\u00ff\u0130\u0131\u017f\u0661\u200b\u202e\u212a\u2028\ufeff\uff0e\uffff\ud800\udc00";

    public static string Mutate(string text, Random random)
    {
        if (text.Length == 0)
        {
            return Insert(text, 0, Pick(Interesting, random));
        }

        var at = random.Next(text.Length);
        var length = random.Next(1, Math.Min(16, text.Length - at) + 1);
        return random.Next(12) switch
        {
            0 => text[..at],
            1 => text[at..],
            2 => text.Remove(at, length),
            3 => text.Insert(at, text.Substring(at, length)),
            4 => text.Insert(random.Next(text.Length), text.Substring(at, length)),
            5 => Replace(text, at, (char)(text[at] ^ (1 << random.Next(8)))),
            6 => Replace(text, at, (char)(text[at] ^ (1 << random.Next(16)))),
            7 => Replace(text, at, Pick(Alphabet, random)),
            8 => Replace(text, at, Pick(Interesting, random)),
            9 => Insert(text, at, Pick(Interesting, random)),
            10 => Swap(text, at, random.Next(text.Length)),
            _ => Insert(text, random.Next(2) * text.Length, Pick(Interesting, random)),
        };
    }

    /// <summary>The same bytes, or almost, in a spelling that strict base64url does not know; sometimes another character.</summary>
    public static string Respell(string base64Url, Random random) => random.Next(9) switch
    {
        0 => base64Url + "=",
        1 => base64Url + "==",
        2 => base64Url.Replace('-', '+').Replace('_', '/'),
        3 => base64Url.Insert(random.Next(base64Url.Length + 1), " "),
        4 => base64Url.Insert(random.Next(base64Url.Length + 1), "\r\n"),
        5 => base64Url.Replace("-", "%2D", StringComparison.Ordinal).Replace("_", "%5F", StringComparison.Ordinal),
        6 when base64Url.Length > 0 => base64Url[..^1] + Neighbour(base64Url[^1], random.Next(1, 4)),
        7 when base64Url.Length > 0 => Widen(base64Url, random.Next(base64Url.Length)),
        _ => base64Url + Pick(Alphabet, random),
    };

    /// <summary>Flips one to three bits.</summary>
    public static byte[] Flip(byte[] bytes, Random random)
    {
        var flipped = (byte[])bytes.Clone();
        for (var flips = random.Next(1, 4); flips > 0 && flipped.Length > 0; flips--)
        {
            flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
        }

        return flipped;
    }

    public static T Pick<T>(IReadOnlyList<T> list, Random random) => list[random.Next(list.Count)];

    public static char Pick(string characters, Random random) => characters[random.Next(characters.Length)];

    private static string Insert(string text, int at, char character) => text.Insert(at, character.ToString());

    private static string Replace(string text, int at, char character) =>
        string.Concat(text.AsSpan(0, at), [character], text.AsSpan(at + 1));

    /// <summary>A character that differs in the lowest bits only, which are often no part of the bytes it stands for.</summary>
    private static char Neighbour(char character, int bits) => Alphabet[Alphabet.IndexOf(character, StringComparison.Ordinal) ^ bits];

    private static string Swap(string text, int one, int other)
    {
        var characters = new StringBuilder(text);
        (characters[one], characters[other]) = (characters[other], characters[one]);
        return characters.ToString();
    }

    /// <summary>The full-width form of a character, which many comparisons take for the character itself.</summary>
    private static string Widen(string text, int at) => text[at] is > ' ' and <= '~' ? Replace(text, at, (char)(text[at] + 0xFEE0)) : text;
}
