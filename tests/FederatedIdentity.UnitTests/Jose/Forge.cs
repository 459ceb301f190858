using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FederatedIdentity.Jose;

namespace FederatedIdentity.UnitTests.Jose;

/// <summary>Makes genuine and false tokens and key sets on the platform's cryptography alone, without the code under test.</summary>
internal static class Forge
{
    public const string KeyId = "key-1";
    public const string RsaHeader = """{"alg":"RS256","kid":"key-1"}""";
    public const string Es256Header = """{"alg":"ES256","kid":"key-1"}""";
    public const string Payload = """{"iss":"https://issuer.example","sub":"alice","exp":4102444800}""";

    public static readonly RSA Rsa = RSA.Create(2048);
    public static readonly ECDsa P256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public static readonly ECDsa P384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    public static readonly ECDsa P521 = ECDsa.Create(ECCurve.NamedCurves.nistP521);

    public static readonly JwkSet RsaSet = Set(RsaJwk());
    public static readonly JwkSet P256Set = Set(EcJwk(P256));

    public static string Encode(string text) => Encode(Encoding.UTF8.GetBytes(text));

    public static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public static string Signed(string header, string payload, Func<byte[], byte[]> sign)
    {
        var input = $"{Encode(header)}.{Encode(payload)}";
        return $"{input}.{Encode(sign(Encoding.ASCII.GetBytes(input)))}";
    }

    public static string RsaToken(string header = RsaHeader, string payload = Payload) => Signed(header, payload, SignRs256);

    public static string EcToken(string header = Es256Header, string payload = Payload) => Signed(header, payload, SignEs256);

    public static byte[] SignRs256(byte[] input) => Rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    public static byte[] SignEs256(byte[] input) => P256.SignData(input, HashAlgorithmName.SHA256);

    public static string WithSignature(string token, byte[] signature) => $"{token[..(token.LastIndexOf('.') + 1)]}{Encode(signature)}";

    public static byte[] SignatureOf(string token) => Jws.TryParse(token, out var jws) is null ? jws!.Signature.ToArray() : [];

    public static JsonObject RsaJwk(string? kid = KeyId, RSA? key = null)
    {
        var numbers = (key ?? Rsa).ExportParameters(includePrivateParameters: false);
        return Jwk(kid, ("kty", "RSA"), ("n", Encode(numbers.Modulus!)), ("e", Encode(numbers.Exponent!)));
    }

    public static JsonObject EcJwk(ECDsa key, string? kid = KeyId)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return Jwk(kid, ("kty", "EC"), ("crv", $"P-{key.KeySize}"), ("x", Encode(point.X!)), ("y", Encode(point.Y!)));
    }

    public static JsonObject With(this JsonObject jwk, string name, JsonNode? value)
    {
        jwk[name] = value;
        return jwk;
    }

    public static JwkSet Set(params JsonNode?[] keys)
    {
        var json = new JsonObject { ["keys"] = new JsonArray(keys) }.ToJsonString();
        var set = JwkSet.TryParse(Encoding.UTF8.GetBytes(json), out var fault);
        Assert.Equal("", fault);
        return set!;
    }

    public static JwkSet SetOf(string jwk) => Set(JsonNode.Parse(jwk));

    /// <summary>What a caller does with a token: read it, choose the one key, verify.</summary>
    public static bool Opens(string token, JwkSet set) =>
        Jws.TryParse(token, out var jws) is null && set.Choose(jws!.Algorithm, jws.KeyId) is KeyChoice.Found found && found.Key.Verify(jws);

    public static JwsFault? FaultOf(string? token) => Jws.TryParse(token, out _);

    private static JsonObject Jwk(string? kid, params (string Name, string Value)[] members)
    {
        var jwk = new JsonObject();
        foreach (var (name, value) in members)
        {
            jwk[name] = value;
        }

        return kid is null ? jwk : jwk.With("kid", kid);
    }
}
