using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FederatedIdentity.Tests.Shared;

/// <summary>
/// Signs requests the way AWS SDKs do, with a plain implementation of AWS Signature Version 4 that shares no code with the
/// server's. Every header that is on the request when it signs is signed.
/// </summary>
internal sealed record SigV4Signer(string AccessKeyId, string Secret, string Region, string Service)
{
    public string Terminator { get; init; } = "aws4_request";

    public async Task SignAsync(HttpRequestMessage request, DateTimeOffset now, CancellationToken ct)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(ct);
        request.Headers.Host ??= request.RequestUri!.IsDefaultPort ? request.RequestUri.Host : request.RequestUri.Authority;
        request.Headers.Remove("Authorization");
        request.Headers.Remove("X-Amz-Date");
        request.Headers.Add("X-Amz-Date", Stamp(now));
        var headers = request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>())
            .Where(header => header.Key is not ("Content-Length" or "Connection" or "Expect" or "User-Agent"))
            .Select(header => (header.Key, string.Join(',', header.Value)));
        var query = request.RequestUri!.Query.TrimStart('?');
        request.Headers.TryAddWithoutValidation(
            "Authorization", Authorization(request.Method.Method, request.RequestUri.AbsolutePath, query, headers, body, now));
    }

    public string Authorization(
        string method, string path, string query, IEnumerable<(string Name, string Value)> headers, byte[] body, DateTimeOffset now)
    {
        var sorted = headers.Select(header => (Name: header.Name.ToLowerInvariant(), Value: Squeeze(header.Value)))
            .OrderBy(header => header.Name, StringComparer.Ordinal).ToList();
        var names = string.Join(';', sorted.Select(header => header.Name));
        string[] canonical =
        [
            method,
            string.Join('/', path.Split('/').Select(Uri.EscapeDataString)),
            string.Join('&', query.Split('&', StringSplitOptions.RemoveEmptyEntries)
                .Select(pair => pair.Contains('=', StringComparison.Ordinal) ? pair : $"{pair}=").Order(StringComparer.Ordinal)),
            .. sorted.Select(header => $"{header.Name}:{header.Value}"),
            "",
            names,
            Hex(SHA256.HashData(body)),
        ];
        var day = Stamp(now)[..8];
        var scope = $"{day}/{Region}/{Service}/{Terminator}";
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', canonical)));
        var toSign = $"AWS4-HMAC-SHA256\n{Stamp(now)}\n{scope}\n{Hex(hash)}";
        var key = new[] { day, Region, Service, Terminator }.Aggregate(Encoding.UTF8.GetBytes($"AWS4{Secret}"), Mac);
        return $"AWS4-HMAC-SHA256 Credential={AccessKeyId}/{scope}, SignedHeaders={names}, Signature={Hex(Mac(key, toSign))}";
    }

    public static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static string Squeeze(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
