using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FederatedIdentity.Jose;

/// <summary>
/// Turns one JWK into a key that is safe to verify with, or into the reason why there is none (RFC 7517, RFC 7518 section 6).
/// </summary>
internal static class JwkReader
{
    private const int MaxKeyIdLength = 255;
    private const int MinModulusBits = 2048;

    // Verification time grows with the square of the modulus: the cap keeps a hostile set from costing us much.
    private const int MaxModulusBits = 8192;
    private const int MaxExponentBits = 33;

    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth"];

    public static VerificationKey? Read(JsonElement jwk, out SkippedKey? skipped)
    {
        VerificationKey? key = null;
        string? keyId = null;
        var reason = jwk.ValueKind != JsonValueKind.Object ? SkipReason.NotAnObject
            : !TryReadString(jwk, "kid", out keyId) || keyId is { Length: > MaxKeyIdLength } ? SkipReason.BadMember
            : CheckPurpose(jwk) ?? ReadKey(jwk, keyId, out key);
        skipped = reason is { } why ? new SkippedKey(keyId is { Length: > MaxKeyIdLength } ? null : keyId, why) : null;
        return key;
    }

    private static SkipReason? CheckPurpose(JsonElement jwk)
    {
        if (!TryReadString(jwk, "kty", out var keyType) || !TryReadString(jwk, "use", out var use) || keyType is null)
        {
            return SkipReason.BadMember;
        }

        if (keyType == "oct" || jwk.TryGetProperty("k", out _))
        {
            return SkipReason.SymmetricKey;
        }

        // Asked before anything else may skip the key: a published secret is worth an alarm even if the key is unusable.
        if (Array.Exists(PrivateMembers, name => jwk.TryGetProperty(name, out _)))
        {
            return SkipReason.PrivateKeyPublished;
        }

        return use is not (null or "sig") || !MayVerify(jwk) ? SkipReason.NotForVerifying : null;
    }

    private static bool MayVerify(JsonElement jwk)
    {
        if (!jwk.TryGetProperty("key_ops", out var operations))
        {
            return true;
        }

        return operations.ValueKind == JsonValueKind.Array &&
               operations.EnumerateArray().Any(o => o.ValueKind == JsonValueKind.String && o.ValueEquals("verify"u8));
    }

    private static SkipReason? ReadKey(JsonElement jwk, string? keyId, out VerificationKey? key)
    {
        key = null;
        var keyType = jwk.GetProperty("kty");
        var isRsa = keyType.ValueEquals("RSA"u8);
        if (!isRsa && !keyType.ValueEquals("EC"u8))
        {
            return IsEd25519(jwk) ? SkipReason.PlatformLacksEd25519 : SkipReason.UnsupportedKeyType;
        }

        if (!TryReadString(jwk, "alg", out var name))
        {
            return SkipReason.BadMember;
        }

        var algorithm = name is null ? null : JwsAlgorithm.Find(name);
        if (name is not null && algorithm is null)
        {
            return SkipReason.UnsupportedAlgorithm;
        }

        var reason = isRsa ? ReadRsa(jwk, keyId, algorithm, out key) : ReadEc(jwk, keyId, algorithm, out key);
        if (key is not null && algorithm is not null && !key.Fits(algorithm))
        {
            key = null;
            return SkipReason.UnsupportedAlgorithm;
        }

        return reason;
    }

    private static bool IsEd25519(JsonElement jwk) =>
        jwk.GetProperty("kty").ValueEquals("OKP"u8) && TryReadString(jwk, "crv", out var curve) && curve == "Ed25519";

    private static SkipReason? ReadRsa(JsonElement jwk, string? keyId, JwsAlgorithm? algorithm, out VerificationKey? key)
    {
        key = null;
        if (ReadBytes(jwk, "n") is not { } modulus || ReadBytes(jwk, "e") is not { } exponent)
        {
            return SkipReason.BadMember;
        }

        // Some issuers publish a leading zero octet (RFC 7518 section 6.3.1.1 mentions them); it does not change the number.
        modulus = modulus.AsSpan().TrimStart((byte)0).ToArray();
        exponent = exponent.AsSpan().TrimStart((byte)0).ToArray();
        if (BitLength(modulus) is < MinModulusBits or > MaxModulusBits || (modulus[^1] & 1) == 0 ||
            BitLength(exponent) is < 2 or > MaxExponentBits || (exponent[^1] & 1) == 0)
        {
            return SkipReason.RsaOutOfRange;
        }

        if (RocaFingerprint.Matches(modulus))
        {
            return SkipReason.WeakRsaKey;
        }

        try
        {
            key = new VerificationKey(keyId, algorithm?.Name, RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent }));
            return null;
        }
        catch (CryptographicException)
        {
            return SkipReason.RsaOutOfRange;
        }
    }

    private static SkipReason? ReadEc(JsonElement jwk, string? keyId, JwsAlgorithm? algorithm, out VerificationKey? key)
    {
        key = null;
        if (!TryReadString(jwk, "crv", out var curveName) || curveName is null ||
            ReadBytes(jwk, "x") is not { } x || ReadBytes(jwk, "y") is not { } y)
        {
            return SkipReason.BadMember;
        }

        if (EcCurve.Find(curveName) is not { } curve)
        {
            return SkipReason.UnsupportedCurve;
        }

        if (x.Length != curve.CoordinateLength || y.Length != curve.CoordinateLength)
        {
            return SkipReason.BadPoint;
        }

        try
        {
            var ecdsa = ECDsa.Create(new ECParameters { Curve = curve.Parameters, Q = new ECPoint { X = x, Y = y } });
            key = new VerificationKey(keyId, algorithm?.Name, ecdsa, curve);
            return null;
        }
        catch (CryptographicException)
        {
            return SkipReason.BadPoint;
        }
    }

    private static int BitLength(byte[] bigEndian) =>
        bigEndian.Length == 0 ? 0 : (8 * bigEndian.Length) - BitOperations.LeadingZeroCount(bigEndian[0]) + 24;

    // True with null for an absent member; false for a member that is not a string.
    private static bool TryReadString(JsonElement jwk, string name, out string? value)
    {
        value = null;
        if (!jwk.TryGetProperty(name, out var member))
        {
            return true;
        }

        value = member.ValueKind == JsonValueKind.String ? member.GetString() : null;
        return value is not null;
    }

    private static byte[]? ReadBytes(JsonElement jwk, string name)
    {
        if (!jwk.TryGetProperty(name, out var member) || member.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        return Base64UrlStrict.Decode(Encoding.UTF8.GetBytes(member.GetString()!));
    }
}
