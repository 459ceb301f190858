using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>A provider's private key in a test: signs whatever it is given, right or wrong, and publishes itself as a JWK.</summary>
internal sealed class MintKey(string kid, string alg, AsymmetricAlgorithm key)
{
    private static readonly Lazy<RSA> FirstRsa = new(() => RSA.Create(2048));
    private static readonly Lazy<RSA> SecondRsa = new(() => RSA.Create(2048));
    private static readonly Lazy<ECDsa> FirstEc = new(() => ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public string Kid => kid;

    public AsymmetricAlgorithm Key => key;

    // Made once per run: key generation is the slowest thing here.
    public static MintKey Rsa(string kid = "k1", string alg = "RS256") => new(kid, alg, FirstRsa.Value);

    public static MintKey OtherRsa(string kid = "k2", string alg = "RS256") => new(kid, alg, SecondRsa.Value);

    public static MintKey Ec(string kid = "e1") => new(kid, "ES256", FirstEc.Value);

    public JsonObject Jwk(bool withAlg = true)
    {
        var jwk = new JsonObject { ["kid"] = kid, ["use"] = "sig" };
        if (withAlg)
        {
            jwk["alg"] = alg;
        }

        if (key is RSA rsa)
        {
            var parameters = rsa.ExportParameters(false);
            (jwk["kty"], jwk["n"], jwk["e"]) = ("RSA", Encode(parameters.Modulus!), Encode(parameters.Exponent!));
        }
        else
        {
            var parameters = ((ECDsa)key).ExportParameters(false);
            (jwk["kty"], jwk["crv"]) = ("EC", "P-256");
            (jwk["x"], jwk["y"]) = (Encode(parameters.Q.X!), Encode(parameters.Q.Y!));
        }

        return jwk;
    }

    public JsonObject Header() => new() { ["alg"] = alg, ["kid"] = kid };

    public string Token(JsonObject claims) => Token(Header().ToJsonString(), claims.ToJsonString());

    public string Token(string header, string payload)
    {
        var input = Encode(header) + "." + Encode(payload);
        return input + "." + Encode(Sign(input));
    }

    public byte[] Sign(string input)
    {
        var bytes = Encoding.ASCII.GetBytes(input);
        return key is RSA rsa
            ? rsa.SignData(bytes, HashAlgorithmName.SHA256, alg == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1)
            : ((ECDsa)key).SignData(bytes, HashAlgorithmName.SHA256);
    }

    public static string Encode(string text) => Encode(Encoding.UTF8.GetBytes(text));

    public static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
