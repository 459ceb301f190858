using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace FederatedIdentity.Benchmarks.Fuzz;

/// <summary>One of the issuer's private keys: signs, and publishes its other half.</summary>
internal sealed class FuzzKey
{
    private readonly AsymmetricAlgorithm _key;
    private readonly HashAlgorithmName _hash;

    private FuzzKey(string algorithm, AsymmetricAlgorithm key)
    {
        (Algorithm, _key, _hash) = (algorithm, key, new HashAlgorithmName("SHA" + algorithm[2..]));
        Jwk = NewJwk();
    }

    public string Algorithm { get; }

    public string Kid => "key-" + Algorithm;

    public JsonObject Jwk { get; }

    /// <summary>What makes the key this one: nobody else's has the same x or n.</summary>
    public string Material => (Jwk["n"] ?? Jwk["x"])!.GetValue<string>();

    public static FuzzKey New(string algorithm) => new(algorithm, algorithm switch
    {
        "ES256" => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        "ES384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        "ES512" => ECDsa.Create(ECCurve.NamedCurves.nistP521),
        _ => RSA.Create(2048),
    });

    /// <summary>The JWK set of these keys.</summary>
    public static string Set(params IReadOnlyList<FuzzKey> keys) =>
        new JsonObject { ["keys"] = new JsonArray([.. keys.Select(key => key.Jwk.DeepClone())]) }.ToJsonString();

    public string Header(bool typed = false) =>
        typed ? $$"""{"typ":"JWT","alg":"{{Algorithm}}","kid":"{{Kid}}"}""" : $$"""{"alg":"{{Algorithm}}","kid":"{{Kid}}"}""";

    public string Sign(string header, string payload)
    {
        var input = $"{TokenMutations.Encode(header)}.{TokenMutations.Encode(payload)}";
        var bytes = Encoding.ASCII.GetBytes(input);
        var signature = _key is RSA rsa
            ? rsa.SignData(bytes, _hash, Algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1)
            : ((ECDsa)_key).SignData(bytes, _hash);
        return $"{input}.{Base64Url.EncodeToString(signature)}";
    }

    private JsonObject NewJwk()
    {
        var jwk = new JsonObject { ["kid"] = Kid, ["use"] = "sig", ["alg"] = Algorithm };
        if (_key is RSA rsa)
        {
            var numbers = rsa.ExportParameters(includePrivateParameters: false);
            (jwk["kty"], jwk["n"], jwk["e"]) =
                ("RSA", Base64Url.EncodeToString(numbers.Modulus), Base64Url.EncodeToString(numbers.Exponent));
            return jwk;
        }

        var point = ((ECDsa)_key).ExportParameters(includePrivateParameters: false).Q;
        (jwk["kty"], jwk["crv"]) = ("EC", $"P-{_key.KeySize}");
        (jwk["x"], jwk["y"]) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        return jwk;
    }
}
