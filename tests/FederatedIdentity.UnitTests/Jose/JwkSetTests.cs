using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FederatedIdentity.Jose;

namespace FederatedIdentity.UnitTests.Jose;

/// <summary>The rows K11 to K22 of the attack list, and which texts are key sets at all.</summary>
public sealed class JwkSetTests
{
    private static readonly string Token = Forge.RsaToken();

    [Theory]
    [InlineData("use", "\"enc\"", SkipReason.NotForVerifying)]
    [InlineData("use", "\"SIG\"", SkipReason.NotForVerifying)]
    [InlineData("use", "\"\"", SkipReason.NotForVerifying)]
    [InlineData("use", "1", SkipReason.BadMember)]
    [InlineData("use", "null", SkipReason.BadMember)]
    [InlineData("key_ops", "[\"encrypt\"]", SkipReason.NotForVerifying)]
    [InlineData("key_ops", "[\"sign\"]", SkipReason.NotForVerifying)]
    [InlineData("key_ops", "[]", SkipReason.NotForVerifying)]
    [InlineData("key_ops", "\"verify\"", SkipReason.NotForVerifying)]
    [InlineData("key_ops", "[1,null]", SkipReason.NotForVerifying)]
    public void K11_key_for_another_purpose_is_skipped(string name, string value, SkipReason reason) =>
        Skips(Forge.RsaJwk().With(name, JsonNode.Parse(value)), reason);

    [Theory]
    [InlineData("use", "\"sig\"")]
    [InlineData("key_ops", "[\"verify\"]")]
    [InlineData("key_ops", "[\"sign\",\"verify\"]")]
    [InlineData("alg", "\"RS256\"")]
    [InlineData("x5c", "[\"MIIB\"]")]
    [InlineData("x5u", "\"https://attacker.example\"")]
    public void K11_key_for_signatures_is_used(string name, string value) =>
        Assert.True(Forge.Opens(Token, Forge.Set(Forge.RsaJwk().With(name, JsonNode.Parse(value)))));

    [Theory]
    [InlineData("\"RS1\"", SkipReason.UnsupportedAlgorithm)]
    [InlineData("\"rs256\"", SkipReason.UnsupportedAlgorithm)]
    [InlineData("\"none\"", SkipReason.UnsupportedAlgorithm)]
    [InlineData("\"HS256\"", SkipReason.UnsupportedAlgorithm)]
    [InlineData("\"RSA-OAEP\"", SkipReason.UnsupportedAlgorithm)]
    [InlineData("\"ES256\"", SkipReason.UnsupportedAlgorithm)]
    [InlineData("1", SkipReason.BadMember)]
    public void K12_key_of_an_unknown_or_contradictory_algorithm_is_skipped(string alg, SkipReason reason) =>
        Skips(Forge.RsaJwk().With("alg", JsonNode.Parse(alg)), reason);

    [Fact]
    public void K12_EC_key_whose_algorithm_needs_another_curve_is_skipped() =>
        Skips(Forge.EcJwk(Forge.P384).With("alg", "ES256"), SkipReason.UnsupportedAlgorithm);

    [Fact]
    public void K13_two_usable_keys_with_one_kid_are_ambiguous()
    {
        using var other = RSA.Create(2048);

        Refuses<KeyChoice.Ambiguous>(Forge.Set(Forge.RsaJwk(), Forge.RsaJwk(key: other)));
        Refuses<KeyChoice.Ambiguous>(Forge.Set(Forge.RsaJwk(), Forge.RsaJwk()));
        Refuses<KeyChoice.Ambiguous>(Forge.Set(Forge.RsaJwk(), Forge.RsaJwk().With("alg", "RS256")));
    }

    [Fact]
    public void K13_keys_with_one_kid_of_which_the_algorithm_leaves_one_are_not_ambiguous()
    {
        Assert.True(Forge.Opens(Token, Forge.Set(Forge.EcJwk(Forge.P256), Forge.RsaJwk(), Forge.EcJwk(Forge.P384))));
        Assert.True(Forge.Opens(Token, Forge.Set(Forge.RsaJwk().With("alg", "RS512"), Forge.RsaJwk().With("alg", "RS256"))));
        Assert.True(Forge.Opens(Token, Forge.Set(Forge.RsaJwk().With("use", "enc"), Forge.RsaJwk())));
    }

    [Fact]
    public void K14_token_without_kid_needs_exactly_one_usable_key()
    {
        var token = Forge.RsaToken("""{"alg":"RS256"}""");
        using var other = RSA.Create(2048);

        Assert.True(Forge.Opens(token, Forge.RsaSet));
        Assert.True(Forge.Opens(token, Forge.Set(Forge.RsaJwk(kid: null))));
        Assert.True(Forge.Opens(token, Forge.Set(Forge.EcJwk(Forge.P256), Forge.RsaJwk())));
        Assert.IsType<KeyChoice.Ambiguous>(Forge.Set(Forge.RsaJwk("a"), Forge.RsaJwk("b", other)).Choose("RS256", null));
        Assert.IsType<KeyChoice.None>(Forge.P256Set.Choose("RS256", null));
        Assert.IsType<KeyChoice.None>(Forge.Set().Choose("RS256", null));
    }

    [Fact]
    public void K14_token_with_kid_never_takes_a_key_of_another_kid_or_of_none()
    {
        Refuses<KeyChoice.Unknown>(Forge.Set(Forge.RsaJwk("other")));
        Refuses<KeyChoice.Unknown>(Forge.Set(Forge.RsaJwk(kid: null)));
        Refuses<KeyChoice.None>(Forge.P256Set);
    }

    [Fact]
    public void K15_symmetric_key_is_skipped()
    {
        Skips(new JsonObject { ["kty"] = "oct", ["k"] = "c2VjcmV0", ["alg"] = "HS256", ["kid"] = Forge.KeyId }, SkipReason.SymmetricKey);
        Skips(Forge.RsaJwk().With("k", "c2VjcmV0"), SkipReason.SymmetricKey);
    }

    [Theory]
    [InlineData(512)]
    [InlineData(1024)]
    [InlineData(2047)]
    [InlineData(8193)]
    [InlineData(16384)]
    public void K16_RSA_modulus_of_another_size_is_skipped(int bits) => Skips(WithModulus(bits), SkipReason.RsaOutOfRange);

    [Theory]
    [InlineData(2048)]
    [InlineData(2049)]
    [InlineData(3072)]
    [InlineData(8192)]
    public void K16_RSA_modulus_in_the_range_is_used(int bits) => Assert.Single(Forge.Set(WithModulus(bits)).Keys);

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("01")]
    [InlineData("02")]
    [InlineData("010000")]
    [InlineData("0200000001")]
    [InlineData("FFFFFFFFFFFFFFFFFF")]
    public void K16_RSA_exponent_out_of_range_is_skipped(string exponent) =>
        Skips(Forge.RsaJwk().With("e", Forge.Encode(Convert.FromHexString(exponent))), SkipReason.RsaOutOfRange);

    [Theory]
    [InlineData("03")]
    [InlineData("010001")]
    [InlineData("00010001")]
    [InlineData("01FFFFFFFF")]
    public void K16_RSA_exponent_in_range_is_used(string exponent)
    {
        var key = Assert.Single(Forge.Set(Forge.RsaJwk().With("e", Forge.Encode(Convert.FromHexString(exponent)))).Keys);

        var signature = Forge.SignRs256("x"u8.ToArray());
        Assert.Equal(exponent.EndsWith("010001", StringComparison.Ordinal), key.Verify(JwsAlgorithm.RS256, "x"u8, signature));
    }

    [Fact]
    public void K16_even_modulus_is_skipped()
    {
        var modulus = Forge.Rsa.ExportParameters(includePrivateParameters: false).Modulus!;
        modulus[^1] ^= 1;

        Skips(Forge.RsaJwk().With("n", Forge.Encode(modulus)), SkipReason.RsaOutOfRange);
    }

    [Theory]
    [InlineData("n", "null")]
    [InlineData("n", "17")]
    [InlineData("n", "\"AQAB=\"")]
    [InlineData("n", "\"A\"")]
    [InlineData("e", "65537")]
    [InlineData("e", "\"AQ+B\"")]
    [InlineData("kty", "1")]
    [InlineData("kid", "1")]
    [InlineData("kid", "null")]
    public void K16_member_of_the_wrong_form_skips_the_key(string name, string value) =>
        Skips(Forge.RsaJwk().With(name, JsonNode.Parse(value)), SkipReason.BadMember, kidIsReadable: name != "kid");

    [Fact]
    public void K16_missing_members_skip_the_key()
    {
        foreach (var name in new[] { "kty", "n", "e" })
        {
            var jwk = Forge.RsaJwk();
            jwk.Remove(name);
            Skips(jwk, SkipReason.BadMember);
        }

        foreach (var name in new[] { "crv", "x", "y" })
        {
            var jwk = Forge.EcJwk(Forge.P256);
            jwk.Remove(name);
            Skips(jwk, SkipReason.BadMember);
        }
    }

    [Fact]
    public void K17_bad_EC_points_are_skipped()
    {
        var point = Forge.P256.ExportParameters(includePrivateParameters: false).Q;
        byte[] off = [.. point.Y![..^1], (byte)(point.Y[^1] ^ 1)];

        Skips(Point(point.X!, off), SkipReason.BadPoint);
        Skips(Point(new byte[32], new byte[32]), SkipReason.BadPoint);
        Skips(Point(point.X![1..], point.Y), SkipReason.BadPoint);
        Skips(Point([0, .. point.X!], [0, .. point.Y]), SkipReason.BadPoint);
        Skips(Point([], []), SkipReason.BadPoint);
        Skips(Point([.. Enumerable.Repeat((byte)0xFF, 32)], point.Y), SkipReason.BadPoint);
        Skips(Forge.EcJwk(Forge.P256).With("crv", "P-384"), SkipReason.BadPoint);
        Skips(Forge.EcJwk(Forge.P256).With("crv", "secp256k1"), SkipReason.UnsupportedCurve);
        Skips(Forge.EcJwk(Forge.P256).With("crv", "p-256"), SkipReason.UnsupportedCurve);

        JsonObject Point(byte[] x, byte[] y) => Forge.EcJwk(Forge.P256).With("x", Forge.Encode(x)).With("y", Forge.Encode(y));
    }

    [Fact]
    public void K18_unusable_keys_beside_the_real_one_do_no_harm()
    {
        var set = Forge.Set(
            JsonNode.Parse("""{"kty":"AKP","alg":"ML-DSA-65","pub":"AAAA","kid":"pq"}"""),
            JsonNode.Parse("""{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"ed"}"""),
            JsonNode.Parse("""{"kty":"OKP","crv":"Ed448","x":"AAAA","kid":"ed"}"""),
            JsonNode.Parse("""{"kty":"made-up","kid":"x"}"""),
            Forge.RsaJwk("other-alg").With("alg", "RS1024"),
            Forge.EcJwk(Forge.P256, "other-crv").With("crv", "P-999"),
            JsonNode.Parse("17"),
            null,
            JsonNode.Parse("[]"),
            Forge.RsaJwk());

        Assert.True(Forge.Opens(Token, set));
        Assert.Single(set.Keys);
        Assert.Equal(
            [
                SkipReason.UnsupportedKeyType, SkipReason.PlatformLacksEd25519, SkipReason.UnsupportedKeyType,
                SkipReason.UnsupportedKeyType,
                SkipReason.UnsupportedAlgorithm, SkipReason.UnsupportedCurve,
                SkipReason.NotAnObject, SkipReason.NotAnObject, SkipReason.NotAnObject,
            ],
            set.Skipped.Select(s => s.Reason));
    }

    [Theory]
    [InlineData("d")]
    [InlineData("p")]
    [InlineData("q")]
    [InlineData("dp")]
    [InlineData("dq")]
    [InlineData("qi")]
    [InlineData("oth")]
    public void K19_published_private_key_is_skipped_with_its_own_reason(string member)
    {
        Skips(Forge.RsaJwk().With(member, "AQAB"), SkipReason.PrivateKeyPublished);
        Skips(Forge.EcJwk(Forge.P256).With("use", "enc").With(member, null), SkipReason.PrivateKeyPublished);
        Skips(new JsonObject { ["kty"] = "OKP", ["kid"] = Forge.KeyId, [member] = "AQAB" }, SkipReason.PrivateKeyPublished);
    }

    [Fact]
    public void K20_first_keys_of_a_huge_set_are_used()
    {
        var point = Forge.EcJwk(Forge.P256).ToJsonString();
        var keys = Enumerable.Range(0, 5000).Select(i => point.Replace("key-1", $"k{i}", StringComparison.Ordinal));
        var json = $$"""{"keys":[{{string.Join(',', keys)}}]}""";
        var set = JwkSet.TryParse(Encoding.UTF8.GetBytes(json), out _)!;

        Assert.Equal(JwkSet.MaxKeys, set.Keys.Count);
        Assert.Equal([new SkippedKey(null, SkipReason.TooManyKeys)], set.Skipped);
        Assert.IsType<KeyChoice.Found>(set.Choose("ES256", "k255"));
        Assert.IsType<KeyChoice.Unknown>(set.Choose("ES256", "k256"));
    }

    [Fact]
    public void K20_unusable_members_of_a_huge_set_are_looked_at_up_to_a_limit()
    {
        var json = $$"""{"keys":[{{string.Join(',', Enumerable.Repeat("{}", 5000))}}]}""";
        var set = JwkSet.TryParse(Encoding.UTF8.GetBytes(json), out _)!;

        Assert.Equal(JwkSet.MaxEntries + 1, set.Skipped.Count);
        Assert.Equal(SkipReason.TooManyKeys, set.Skipped[^1].Reason);
    }

    [Fact]
    public void K20_sets_of_exactly_the_limits_are_used_whole()
    {
        var set = Forge.Set([.. Enumerable.Range(0, JwkSet.MaxKeys).Select(i => Forge.EcJwk(Forge.P256, $"k{i}"))]);

        Assert.Equal(JwkSet.MaxKeys, set.Keys.Count);
        Assert.Empty(set.Skipped);
    }

    [Fact]
    public void K22_key_with_the_ROCA_fingerprint_is_skipped()
    {
        // Powers of 65537 modulo the product of small primes are what the flawed library's moduli look like.
        var primorial = RocaFingerprint.Primes.Aggregate(BigInteger.One, (product, prime) => product * prime);
        var n = BigInteger.ModPow(65537, 1234567, primorial) + (primorial * ((BigInteger.One << 2047) / primorial + 2));
        n += n.IsEven ? primorial : 0;

        Skips(Forge.RsaJwk().With("n", Forge.Encode(n.ToByteArray(isUnsigned: true, isBigEndian: true))), SkipReason.WeakRsaKey);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"keys\":{}}")]
    [InlineData("{\"keys\":null}")]
    [InlineData("{\"KEYS\":[]}")]
    [InlineData("<html>")]
    [InlineData("{\"keys\":[]}x")]
    [InlineData("\ufeff{\"keys\":[]}")]
    [InlineData("{\"keys\":[],\"keys\":[]}")]
    [InlineData("{\"keys\":[{\"kid\":\"a\",\"kid\":\"b\"}]}")]
    [InlineData("{\"keys\":[{\"kid\":\"a\",\"k\\u0069d\":\"b\"}]}")]
    [InlineData("{\"keys\":[{\"kid\":\"\\ud800\"}]}")]
    public void Text_that_is_no_key_set_is_refused_with_a_reason(string json)
    {
        Assert.Null(JwkSet.TryParse(Encoding.UTF8.GetBytes(json), out var fault));
        Assert.NotEqual("", fault);
    }

    [Fact]
    public void Empty_set_is_a_set_without_keys()
    {
        var set = JwkSet.TryParse("""{"keys":[],"other":1}"""u8, out var fault);

        Assert.Equal("", fault);
        Assert.Empty(set!.Keys);
    }

    [Fact]
    public void Kid_too_long_to_be_compared_skips_the_key_and_is_not_repeated() =>
        Skips(Forge.RsaJwk(new string('k', 256)), SkipReason.BadMember, kidIsReadable: false);

    private static void Skips(JsonObject jwk, SkipReason reason, bool kidIsReadable = true)
    {
        var set = Forge.Set(jwk);
        Assert.Empty(set.Keys);
        Assert.Equal([new SkippedKey(kidIsReadable ? Forge.KeyId : null, reason)], set.Skipped);
        Assert.False(Forge.Opens(Token, set));
    }

    private static void Refuses<T>(JwkSet set)
    {
        Assert.IsType<T>(set.Choose("RS256", Forge.KeyId));
        Assert.False(Forge.Opens(Token, set));
    }

    private static JsonObject WithModulus(int bits)
    {
        var n = (BigInteger.One << (bits - 1)) + (BigInteger.One << (bits / 2)) + 13;
        return Forge.RsaJwk().With("n", Forge.Encode(n.ToByteArray(isUnsigned: true, isBigEndian: true)));
    }
}
