using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FederatedIdentity.Jose;

namespace FederatedIdentity.UnitTests.Jose;

/// <summary>The rows of the attack list where the token is well formed and its signature or its key is false.</summary>
public sealed class JwsForgeryTests
{
    private static readonly RSA Attacker = RSA.Create(2048);

    public static TheoryData<string, byte[]> PublicKeySpellings()
    {
        var numbers = Forge.Rsa.ExportParameters(includePrivateParameters: false);
        return new TheoryData<string, byte[]>
        {
            { "PEM", Encoding.ASCII.GetBytes(Forge.Rsa.ExportSubjectPublicKeyInfoPem()) },
            { "PEM with newline", Encoding.ASCII.GetBytes(Forge.Rsa.ExportSubjectPublicKeyInfoPem() + "\n") },
            { "PKCS#1 PEM", Encoding.ASCII.GetBytes(Forge.Rsa.ExportRSAPublicKeyPem()) },
            { "SPKI DER", Forge.Rsa.ExportSubjectPublicKeyInfo() },
            { "PKCS#1 DER", Forge.Rsa.ExportRSAPublicKey() },
            { "modulus", numbers.Modulus! },
            { "JWK", Encoding.UTF8.GetBytes(Forge.RsaJwk().ToJsonString()) },
            { "empty", [] },
        };
    }

    [Theory]
    [MemberData(nameof(PublicKeySpellings))]
    public void J09_HS256_keyed_with_the_RSA_public_key_is_refused(string spelling, byte[] secret)
    {
        Assert.NotNull(spelling);
        Assert.Equal(JwsFault.UnsupportedAlgorithm, Forge.FaultOf(Hmac(secret)));
        Assert.IsType<KeyChoice.None>(Forge.RsaSet.Choose("HS256", Forge.KeyId));
    }

    [Fact]
    public void J10_HS256_keyed_with_the_EC_public_key_is_refused() =>
        Assert.False(Forge.Opens(Hmac(Forge.P256.ExportSubjectPublicKeyInfo()), Forge.P256Set));

    [Fact]
    public void J11_J15_HS256_with_any_secret_is_refused()
    {
        Assert.False(Forge.Opens(Hmac("client secret"u8.ToArray()), Forge.RsaSet));
        Assert.False(Forge.Opens(Hmac([], "/proc/sys/kernel/randomize_va_space"), Forge.RsaSet));
        Assert.False(Forge.Opens(Hmac([], "../../../../dev/null"), Forge.RsaSet));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void J12_key_embedded_in_the_header_is_not_used(bool withKnownKid)
    {
        var header = new JsonObject { ["alg"] = "RS256", ["jwk"] = Forge.RsaJwk(key: Attacker) };
        if (withKnownKid)
        {
            header["kid"] = Forge.KeyId;
        }

        Assert.False(Forge.Opens(Forge.Signed(header.ToJsonString(), Forge.Payload, SignAsAttacker), Forge.RsaSet));
        Assert.True(Forge.Opens(Forge.RsaToken(header.ToJsonString()), Forge.RsaSet));
    }

    [Theory]
    [InlineData("jku", "\"https://attacker.example/jwks\"")]
    [InlineData("x5u", "\"https://attacker.example/cert\"")]
    [InlineData("x5c", "[\"MIIB\"]")]
    [InlineData("x5t", "\"AAAA\"")]
    [InlineData("jku", "17")]
    public void J13_J14_addresses_and_certificates_in_the_header_are_not_used(string name, string value)
    {
        var header = $$"""{"alg":"RS256","kid":"key-1","{{name}}":{{value}}}""";

        Assert.False(Forge.Opens(Forge.Signed(header, Forge.Payload, SignAsAttacker), Forge.RsaSet));
        Assert.True(Forge.Opens(Forge.RsaToken(header), Forge.RsaSet));
    }

    [Theory]
    [InlineData("../../../../dev/null")]
    [InlineData("' UNION SELECT 'k")]
    [InlineData("*)(uid=*))(|(uid=*")]
    [InlineData("key-1;id")]
    [InlineData("{{7*7}}")]
    [InlineData("key-1\r\nX: y")]
    [InlineData("key-1\0")]
    [InlineData("__proto__")]
    [InlineData("")]
    [InlineData("KEY-1")]
    [InlineData("key\u20101")]
    [InlineData("ke\u0423-1")]
    public void J15_J16_J18_kid_is_only_compared_and_ordinally(string kid)
    {
        var token = Forge.RsaToken(new JsonObject { ["alg"] = "RS256", ["kid"] = kid }.ToJsonString());

        Assert.Null(Jws.TryParse(token, out var jws));
        Assert.Equal(kid, jws!.KeyId);
        Assert.IsType<KeyChoice.Unknown>(Forge.RsaSet.Choose(jws.Algorithm, kid));
    }

    [Fact]
    public void J18_kid_in_another_Unicode_normalisation_is_another_kid()
    {
        var set = Forge.Set(Forge.RsaJwk("caf\u00e9"));

        Assert.IsType<KeyChoice.Found>(set.Choose("RS256", "caf\u00e9"));
        Assert.IsType<KeyChoice.Unknown>(set.Choose("RS256", "cafe\u0301"));
    }

    [Fact]
    public void J27_altered_signatures_are_refused()
    {
        foreach (var (token, set) in new[] { (Forge.RsaToken(), Forge.RsaSet), (Forge.EcToken(), Forge.P256Set) })
        {
            var signature = Forge.SignatureOf(token);
            Assert.True(Forge.Opens(Forge.WithSignature(token, signature), set));

            Refuse([]);
            Refuse([0]);
            Refuse(signature[..^1]);
            Refuse(signature[1..]);
            Refuse([0, .. signature]);
            Refuse([.. signature, 0]);
            Refuse([.. signature, .. signature]);
            Refuse([.. signature[..^1], (byte)(signature[^1] ^ 1)]);
            Refuse(new byte[signature.Length]);
            Refuse([.. Enumerable.Repeat((byte)0xFF, signature.Length)]);

            void Refuse(byte[] altered) => Assert.False(Forge.Opens(Forge.WithSignature(token, altered), set));
        }
    }

    [Fact]
    public void J28_ECDSA_signatures_outside_the_range_are_refused()
    {
        var order = Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
        var zero = new byte[32];
        byte[] one = [.. zero[..31], 1];
        var token = Forge.EcToken();
        var signature = Forge.SignatureOf(token);
        byte[][] values = [zero, one, order, signature[..32], signature[32..]];

        foreach (var r in values)
        {
            foreach (var s in values)
            {
                byte[] forged = [.. r, .. s];
                Assert.Equal(forged.AsSpan().SequenceEqual(signature), Forge.Opens(Forge.WithSignature(token, forged), Forge.P256Set));
            }
        }
    }

    [Fact]
    public void J29_DER_signature_is_refused()
    {
        var token = Forge.Signed(
            Forge.Es256Header,
            Forge.Payload,
            input => Forge.P256.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

        Assert.Null(Forge.FaultOf(token));
        Assert.False(Forge.Opens(token, Forge.P256Set));
    }

    [Fact]
    public void J30_key_of_another_type_or_curve_verifies_nothing()
    {
        var sets = new Dictionary<string, JwkSet>
        {
            ["RSA"] = Forge.RsaSet,
            ["P-256"] = Forge.P256Set,
            ["P-384"] = Forge.Set(Forge.EcJwk(Forge.P384)),
            ["P-521"] = Forge.Set(Forge.EcJwk(Forge.P521)),
        };
        foreach (var algorithm in JwsAlgorithm.AllNames.Select(name => JwsAlgorithm.Find(name)!))
        {
            var kind = algorithm.CurveName ?? algorithm.KeyType;
            var token = Forge.Signed($$"""{"alg":"{{algorithm.Name}}","kid":"key-1"}""", Forge.Payload, input => Sign(algorithm, input));
            Assert.Null(Jws.TryParse(token, out var jws));
            foreach (var (name, set) in sets)
            {
                Assert.Equal(name == kind, Forge.Opens(token, set));
                Assert.Equal(name == kind, set.Keys[0].Verify(jws!));
                Assert.Equal(name == kind, set.Choose(algorithm.Name, Forge.KeyId) is KeyChoice.Found);
            }
        }
    }

    [Fact]
    public void J30_K12_key_reserved_for_another_algorithm_verifies_nothing()
    {
        var set = Forge.Set(Forge.RsaJwk().With("alg", "RS256"));
        var token = Forge.Signed(
            """{"alg":"PS256","kid":"key-1"}""",
            Forge.Payload,
            input => Forge.Rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));

        Assert.True(Forge.Opens(token, Forge.RsaSet));
        Assert.False(Forge.Opens(token, set));
        Assert.IsType<KeyChoice.None>(set.Choose("PS256", Forge.KeyId));
        Assert.True(Forge.Opens(Forge.RsaToken(), set));
    }

    [Fact]
    public void J33_reencoded_header_or_payload_is_refused()
    {
        var parts = Forge.RsaToken().Split('.');

        Assert.False(Forge.Opens($"{Forge.Encode(Forge.RsaHeader + " ")}.{parts[1]}.{parts[2]}", Forge.RsaSet));
        Assert.False(Forge.Opens($"{parts[0]}.{Forge.Encode(" " + Forge.Payload)}.{parts[2]}", Forge.RsaSet));
        Assert.True(Forge.Opens(string.Join('.', parts), Forge.RsaSet));
    }

    private static byte[] SignAsAttacker(byte[] input) => Attacker.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private static string Hmac(byte[] secret, string kid = Forge.KeyId) =>
        Forge.Signed($$"""{"alg":"HS256","kid":"{{kid}}"}""", Forge.Payload, input => HMACSHA256.HashData(secret, input));

    private static byte[] Sign(JwsAlgorithm algorithm, byte[] input) => algorithm.Curve?.Bits switch
    {
        256 => Forge.P256.SignData(input, algorithm.Hash),
        384 => Forge.P384.SignData(input, algorithm.Hash),
        521 => Forge.P521.SignData(input, algorithm.Hash),
        _ => Forge.Rsa.SignData(input, algorithm.Hash, algorithm.Padding!),
    };
}
