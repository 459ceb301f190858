using System.Globalization;
using System.Text;

namespace FederatedIdentity.Server.Protocol;

/// <summary>
/// The parameters of an AWS Query call, from a form or a query string. Reads are strict: a parameter given twice, a broken escape or
/// bytes that are not UTF-8 make the whole form unreadable, so that two readers of one request cannot see two values.
/// </summary>
internal sealed class QueryForm
{
    private const int MaxParameters = 1000;
    private const int MaxElements = 256;

    private static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, string> _values;
    private readonly string _prefix;

    private QueryForm(Dictionary<string, string> values, string prefix) => (_values, _prefix) = (values, prefix);

    /// <summary>The parameter of exactly this name, or null. An empty one is there.</summary>
    public string? this[string name] => _values.GetValueOrDefault(_prefix + name);

    /// <summary>Null when <paramref name="encoded"/> is no form.</summary>
    public static QueryForm? TryParse(ReadOnlySpan<byte> encoded)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var range in encoded.Split((byte)'&'))
        {
            var pair = encoded[range];
            if (pair.IsEmpty)
            {
                continue;
            }

            var equals = pair.IndexOf((byte)'=');
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            var value = equals < 0 ? "" : Decode(pair[(equals + 1)..]);
            if (name is null or "" || value is null || values.Count == MaxParameters || !values.TryAdd(name, value))
            {
                return null;
            }
        }

        return new QueryForm(values, "");
    }

    /// <summary>
    /// A whole number; null when there is none. What is there and no number becomes <see cref="long.MinValue"/>, which no constraint
    /// lets through.
    /// </summary>
    public long? Number(string name) => this[name] is not { } text
        ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : long.MinValue;

    /// <summary>
    /// <c>Name.member.1</c>, <c>Name.member.2</c>, …; null when there is none. The empty list may be sent as <c>Name=</c>. Ends at the
    /// first gap.
    /// </summary>
    public List<string?>? List(string name)
    {
        var list = new List<string?>();
        while (list.Count < MaxElements && this[$"{name}.member.{list.Count + 1}"] is { } value)
        {
            list.Add(value);
        }

        return list.Count > 0 || this[name] is "" ? list : null;
    }

    /// <summary>A list of structures, such as <c>Tags.member.1.Key</c>; null when there is none.</summary>
    public List<T?>? Structures<T>(string name, Func<QueryForm, T> read)
        where T : class
    {
        var list = new List<T?>();
        while (list.Count < MaxElements && Below($"{name}.member.{list.Count + 1}.") is { } element)
        {
            list.Add(read(element));
        }

        return list.Count > 0 || this[name] is "" ? list : null;
    }

    private QueryForm? Below(string prefix)
    {
        var whole = _prefix + prefix;
        return _values.Keys.Any(name => name.StartsWith(whole, StringComparison.Ordinal)) ? new QueryForm(_values, whole) : null;
    }

    /// <summary>application/x-www-form-urlencoded: a plus sign is a space.</summary>
    private static string? Decode(ReadOnlySpan<byte> text)
    {
        var bytes = new byte[text.Length];
        var length = 0;
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] != '%')
            {
                bytes[length++] = text[index] == '+' ? (byte)' ' : text[index];
                continue;
            }

            if (index + 2 >= text.Length
                || !byte.TryParse(text.Slice(index + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[length++]))
            {
                return null;
            }

            index += 2;
        }

        try
        {
            return _strictUtf8.GetString(bytes.AsSpan(0, length));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
