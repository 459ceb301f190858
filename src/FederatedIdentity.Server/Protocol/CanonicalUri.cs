using System.Buffers;
using System.Text;

namespace FederatedIdentity.Server.Protocol;

/// <summary>Path and query the way AWS Signature Version 4 writes them: one encoding for each, and the query sorted.</summary>
internal static class CanonicalUri
{
    private static readonly SearchValues<byte> _unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"u8);

    /// <summary>Dot segments and empty ones go; what is left is encoded once more, as all services but S3 do.</summary>
    public static string OfPath(string path)
    {
        if (path is "" or "/")
        {
            return "/";
        }

        var segments = new List<string>();
        foreach (var segment in path.Split('/'))
        {
            switch (segment)
            {
                case "" or ".":
                    break;
                case "..":
                    segments.RemoveRange(Math.Max(0, segments.Count - 1), Math.Min(1, segments.Count));
                    break;
                default:
                    segments.Add(Encode(Encoding.UTF8.GetBytes(segment)));
                    break;
            }
        }

        var trailing = segments.Count > 0 && (path.EndsWith('/') || path.EndsWith("/.", StringComparison.Ordinal)
            || path.EndsWith("/..", StringComparison.Ordinal));
        return $"/{string.Join('/', segments)}{(trailing ? "/" : "")}";
    }

    public static string OfQuery(string query)
    {
        if (query.Length == 0)
        {
            return "";
        }

        var pairs = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Pair)
            .OrderBy(pair => pair.Name, StringComparer.Ordinal).ThenBy(pair => pair.Value, StringComparer.Ordinal);
        return string.Join('&', pairs.Select(pair => $"{pair.Name}={pair.Value}"));
    }

    private static (string Name, string Value) Pair(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (Encode(Decode(text)), "") : (Encode(Decode(text[..equals])), Encode(Decode(text[(equals + 1)..])));
    }

    // A plus sign is a plus sign here: signers write a space as %20.
    private static byte[] Decode(string text)
    {
        var source = Encoding.UTF8.GetBytes(text);
        var length = 0;
        for (var index = 0; index < source.Length; index++)
        {
            var escaped = source[index] == '%' && index + 2 < source.Length
                && char.IsAsciiHexDigit((char)source[index + 1]) && char.IsAsciiHexDigit((char)source[index + 2]);
            source[length++] = escaped ? Convert.FromHexString([(char)source[++index], (char)source[++index]])[0] : source[index];
        }

        return source[..length];
    }

    private static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var value in bytes)
        {
            if (_unreserved.Contains(value))
            {
                text.Append((char)value);
            }
            else
            {
                text.Append('%').Append(Convert.ToHexString([value]));
            }
        }

        return text.ToString();
    }
}
