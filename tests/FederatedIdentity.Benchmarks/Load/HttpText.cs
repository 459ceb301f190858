using System.Globalization;
using System.Text;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>Whole HTTP requests as they go over the wire, and the files that wrk reads them from.</summary>
internal static class HttpText
{
    public const string JsonType = "application/x-amz-json-1.1";

    public static string Call(Uri server, string path, string operation, string body, params (string Name, string Value)[] headers) =>
        Post(server, path, JsonType, body, [("X-Amz-Target", $"AWSCognitoIdentityService.{operation}"), .. headers]);

    public static string Post(Uri server, string path, string type, string body, params (string Name, string Value)[] headers) =>
        Head("POST", server, path, [("Content-Type", type), ("Content-Length", $"{Encoding.UTF8.GetByteCount(body)}"), .. headers]) + body;

    public static string Get(Uri server, string path, params (string Name, string Value)[] headers) => Head("GET", server, path, headers);

    /// <summary>Each request behind its length in bytes, as requests.lua reads them.</summary>
    public static async Task WriteAsync(string file, IEnumerable<string> requests)
    {
        await using var output = new StreamWriter(file, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        foreach (var request in requests)
        {
            await output.WriteAsync($"{Encoding.UTF8.GetByteCount(request)}\n{request}");
        }
    }

    /// <summary>The requests of such a file.</summary>
    public static byte[][] Read(string file)
    {
        var requests = new List<byte[]>();
        for (var left = File.ReadAllBytes(file).AsSpan(); left.Length > 0;)
        {
            var line = left.IndexOf((byte)'\n');
            var length = int.Parse(left[..line], NumberStyles.None, CultureInfo.InvariantCulture);
            requests.Add(left.Slice(line + 1, length).ToArray());
            left = left[(line + 1 + length)..];
        }

        return [.. requests];
    }

    private static string Head(string method, Uri server, string path, (string Name, string Value)[] headers) =>
        $"{method} {path} HTTP/1.1\r\nHost: {server.Authority}\r\n"
        + string.Concat(headers.Select(header => $"{header.Name}: {header.Value}\r\n")) + "\r\n";
}
