using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FederatedIdentity.Examples;

/// <summary>Who sent a token.</summary>
public sealed record Sender(string IdentityId, IReadOnlyList<string> Methods, IReadOnlyDictionary<string, string> Tags, long ExpiresAt);

/// <summary>The token is not good; trying again does not help.</summary>
public sealed class RefusedException(string reason) : Exception(reason);

/// <summary>
/// Verifies the OpenID tokens of one identity pool, with the base class library alone. The algorithm comes from here and never from
/// the token or the discovery document.
/// </summary>
public sealed partial class TokenVerifier(string issuer, string pool, string algorithm, IssuerKeys keys, TimeProvider clock)
{
    private const string TagsClaim = "https://aws.amazon.com/tags";
    private const long ClockDifference = 30;

    public bool AllowGuests { get; init; }

    /// <summary>Seconds since the token was issued.</summary>
    public long MaxAge { get; init; } = 86400;

    /// <summary>
    /// Throws <see cref="RefusedException"/> when the token is not good, and <see cref="HttpRequestException"/> when that could not
    /// be found out.
    /// </summary>
    public async Task<Sender> VerifyAsync(string token, CancellationToken ct)
    {
        var parts = token.Split('.');
        Require(token.Length <= 65536 && parts.Length == 3, "not a signed token");
        var header = Object(parts[0]);
        Require(Text(header, "alg") == algorithm, "another algorithm");
        Require(!header.TryGetProperty("crit", out _) && !header.TryGetProperty("b64", out _), "conditions that are not understood");
        var kid = Text(header, "kid") ?? throw new RefusedException("no kid");
        var key = await keys.FindAsync(kid, ct) ?? throw new RefusedException("unknown kid");
        Require(IsSigned(key, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Bytes(parts[2])), "the signature does not fit");
        return WhoSent(Object(parts[1]));
    }

    private bool IsSigned(AsymmetricAlgorithm key, byte[] input, byte[] signature) => (algorithm, key) switch
    {
        ("RS512", RSA rsa) => rsa.VerifyData(input, signature, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
        ("RS256", RSA rsa) => rsa.VerifyData(input, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        ("ES256", ECDsa ecdsa) => ecdsa.VerifyData(input, signature, HashAlgorithmName.SHA256),
        _ => false,
    };

    private Sender WhoSent(JsonElement claims)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        Require(Text(claims, "iss") == issuer, "another issuer");
        Require(Text(claims, "aud") == pool, "aud is not the pool alone");
        var expiry = Number(claims, "exp");
        Require(now < expiry + ClockDifference, "expired");
        var age = now - Number(claims, "iat");
        Require(age >= -ClockDifference && age <= MaxAge + ClockDifference, "too old, or from the future");
        Require(!claims.TryGetProperty("nbf", out _) || Number(claims, "nbf") <= now + ClockDifference, "not yet good");
        var sub = Text(claims, "sub");
        Require(sub is not null && Identity().IsMatch(sub), "sub is not an identity");
        var methods = claims.TryGetProperty("amr", out var amr) ? Texts(amr) : null;
        Require(
            methods is not null && (methods.Contains("authenticated") || (AllowGuests && methods.Contains("unauthenticated"))), "a guest");
        return new Sender(sub!, methods!, Tags(claims), expiry);
    }

    private static Dictionary<string, string> Tags(JsonElement claims)
    {
        var tags = new Dictionary<string, string>();
        if (!claims.TryGetProperty(TagsClaim, out var all))
        {
            return tags;
        }

        var principal = default(JsonElement);
        Require(
            all.ValueKind == JsonValueKind.Object && all.TryGetProperty("principal_tags", out principal)
            && principal.ValueKind == JsonValueKind.Object,
            "principal tags are malformed");
        foreach (var tag in principal.EnumerateObject())
        {
            tags[tag.Name] = Texts(tag.Value) is [var value] ? value : throw new RefusedException("principal tags are malformed");
        }

        return tags;
    }

    private static JsonElement Object(string part)
    {
        try
        {
            var element = JsonElement.Parse(Bytes(part));
            Require(element.ValueKind == JsonValueKind.Object, "not a JSON object");
            return element;
        }
        catch (JsonException)
        {
            throw new RefusedException("not JSON");
        }
    }

    private static byte[] Bytes(string part)
    {
        Require(part.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'), "not base64url");
        try
        {
            return Base64Url.DecodeFromChars(part);
        }
        catch (FormatException)
        {
            throw new RefusedException("not base64url");
        }
    }

    private static string? Text(JsonElement members, string name) =>
        members.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string[]? Texts(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(text => text.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(text => text.GetString()!)]
            : null;

    private static long Number(JsonElement members, string name) =>
        members.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            && Math.Abs(number) < 1L << 40
            ? number
            : throw new RefusedException($"{name} is not a number of seconds");

    private static void Require(bool isSo, string otherwise)
    {
        if (!isSo)
        {
            throw new RefusedException(otherwise);
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]+:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\z")]
    private static partial Regex Identity();
}
