using System.Text;

namespace FederatedIdentity.Server.Protocol;

/// <summary>Says a caller's value back to him the way the service prints values, but never much of it.</summary>
internal static class Echo
{
    public const int Longest = 256;

    private const string Cut = "...";

    public static string Of(string value)
    {
        if (value.Length <= Longest)
        {
            return value;
        }

        // Half a surrogate pair is not text any more; leave the whole pair out.
        var length = char.IsHighSurrogate(value[Longest - 1]) ? Longest - 1 : Longest;
        return string.Concat(value.AsSpan(0, length), Cut);
    }

    public static string Of<T>(IReadOnlyList<T> values)
    {
        var text = new StringBuilder("[");
        for (var index = 0; index < values.Count && text.Length <= Longest; index++)
        {
            text.Append(index == 0 ? "" : ", ").Append(OfElement(values[index]));
        }

        return Of(text.Append(']').ToString());
    }

    public static string Of<T>(Dictionary<string, T> values)
    {
        var text = new StringBuilder("{");
        foreach (var (key, value) in values)
        {
            if (text.Length > Longest)
            {
                break;
            }

            text.Append(text.Length == 1 ? "" : ", ").Append(Of(key)).Append('=').Append(OfElement(value));
        }

        return Of(text.Append('}').ToString());
    }

    private static string OfElement<T>(T element) => element is string text ? Of(text) : "null";
}
