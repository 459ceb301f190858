using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace FederatedIdentity.Providers.UserPools;

/// <summary>
/// The AWS Signature Version 4 of one POST whose URL has no query. Every header that is given is signed, and host is signed too.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html</remarks>
public sealed record RequestSignature(string AccessKeyId, string Secret, string Region, string Service)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string Terminator = "aws4_request";

    /// <summary>The value of <c>X-Amz-Date</c>, which must be among the headers.</summary>
    public static string Stamp(DateTimeOffset now) => now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    public AuthenticationHeaderValue Sign(
        Uri url, IEnumerable<KeyValuePair<string, string>> headers, byte[] body, DateTimeOffset now)
    {
        var signed = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = url.Authority };
        foreach (var (name, value) in headers)
        {
            signed.Add(name.ToLowerInvariant(), value.Trim());
        }

        var names = string.Join(';', signed.Keys);
        var path = string.Join('/', url.AbsolutePath.Split('/').Select(Uri.EscapeDataString)); // Encoded twice, as all but S3 want it.
        var lines = signed.Select(header => $"{header.Key}:{header.Value}\n");
        var canonical = $"POST\n{path}\n\n{string.Concat(lines)}\n{names}\n{Hash(body)}";
        var (stamp, day) = (Stamp(now), Stamp(now)[..8]);
        var scope = $"{day}/{Region}/{Service}/{Terminator}";
        var toSign = $"{Algorithm}\n{stamp}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonical))}";
        var key = new[] { day, Region, Service, Terminator }.Aggregate(Encoding.UTF8.GetBytes($"AWS4{Secret}"), Mac);
        var signature = Convert.ToHexStringLower(Mac(key, toSign));
        return new(Algorithm, $"Credential={AccessKeyId}/{scope}, SignedHeaders={names}, Signature={signature}");
    }

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{AccessKeyId}/{Region}/{Service}";

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
