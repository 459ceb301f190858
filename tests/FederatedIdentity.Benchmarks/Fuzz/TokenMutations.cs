using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace FederatedIdentity.Benchmarks.Fuzz;

/// <summary>Alterations of a compact JWS at every one of its layers: text, parts, base64url, JSON and signature.</summary>
internal static class TokenMutations
{
    private static readonly string[] Algorithms =
        ["none", "None", "HS256", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "ES256", "ES384", "ES512", "EdDSA", "ES256K", ""];

    // The order of P-256's group (FIPS 186-5): with s, n - s is a signature too.
    private static readonly BigInteger P256Order = new(
        Convert.FromHexString("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"), isUnsigned: true, isBigEndian: true);

    public static string Mutate(IReadOnlyList<string> genuine, Random random)
    {
        var token = TextMutations.Pick(genuine, random);
        return random.Next(8) switch
        {
            0 or 1 => TextMutations.Mutate(token, random),
            2 => Splice(token, TextMutations.Pick(genuine, random), random),
            3 => WithPart(token, random.Next(3), part => TextMutations.Respell(part, random)),
            4 => WithPart(token, 0, part => Encode(JsonMutations.Mutate(Decode(part), random))),
            5 => WithPart(token, 1, part => Encode(JsonMutations.Mutate(Decode(part), random))),
            6 => WithPart(token, 2, part => Base64Url.EncodeToString(Signature(Base64Url.DecodeFromChars(part), random))),
            _ => SwapAlgorithm(token, random),
        };
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string Decode(string part) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(part));

    private static string WithPart(string token, int index, Func<string, string> change)
    {
        var parts = token.Split('.');
        parts[index] = change(parts[index]);
        return string.Join('.', parts);
    }

    private static string Splice(string token, string other, Random random)
    {
        var (mine, yours) = (token.Split('.'), other.Split('.'));
        return random.Next(4) switch
        {
            0 => string.Join('.', Enumerable.Range(0, 3).Select(part => random.Next(2) == 0 ? mine[part] : yours[part])),
            1 => token[..random.Next(token.Length)] + other[random.Next(other.Length)..],
            2 => string.Join('.', Enumerable.Range(0, random.Next(1, 7)).Select(_ => TextMutations.Pick([.. mine, .. yours], random))),
            _ => string.Join('.', mine.OrderBy(_ => random.Next())),
        };
    }

    /// <summary>Another algorithm in the header; for a shared-secret one, signed with what everybody knows as the secret.</summary>
    private static string SwapAlgorithm(string token, Random random)
    {
        var parts = token.Split('.');
        var header = JsonNode.Parse(Decode(parts[0]))!.AsObject();
        var algorithm = TextMutations.Pick(Algorithms, random);
        header["alg"] = algorithm;
        var input = $"{Encode(header.ToJsonString())}.{parts[1]}";
        var signature = algorithm.StartsWith("HS", StringComparison.Ordinal)
            ? Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.ASCII.GetBytes(parts[0]), Encoding.ASCII.GetBytes(input)))
            : random.Next(3) == 0 ? "" : parts[2];
        return $"{input}.{signature}";
    }

    private static byte[] Signature(byte[] signature, Random random)
    {
        var half = signature.Length / 2;
        return random.Next(9) switch
        {
            0 => [],
            1 => new byte[signature.Length],
            2 => signature[..^1],
            3 => [0, .. signature],
            4 => [.. signature, 0],
            5 => [.. signature[half..], .. signature[..half]],
            6 => [.. new byte[half], .. signature[half..]],
            7 when signature.Length == 64 => [.. signature[..half], .. Negated(signature[half..])],
            _ => TextMutations.Flip(signature, random),
        };
    }

    private static byte[] Negated(byte[] s)
    {
        var negated = (P256Order - new BigInteger(s, isUnsigned: true, isBigEndian: true)).ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - negated.Length], .. negated];
    }
}
