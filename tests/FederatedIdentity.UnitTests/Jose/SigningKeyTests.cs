using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FederatedIdentity.Jose;

namespace FederatedIdentity.UnitTests.Jose;

public sealed class SigningKeyTests
{
    public static TheoryData<string> Algorithms() => [.. JwsAlgorithm.AllNames.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Signed_payload_verifies_with_the_published_key_and_no_other_algorithm(string name)
    {
        var algorithm = JwsAlgorithm.Find(name)!;
        using var key = SigningKey.Generate(algorithm, "eu-west-11");

        var token = key.Sign(Encoding.UTF8.GetBytes(Forge.Payload));

        Assert.Null(Jws.TryParse(token, out var jws, allowJwsType: true));
        var found = Assert.IsType<KeyChoice.Found>(Published(key).Choose(jws!.Algorithm, jws.KeyId)).Key;
        Assert.True(found.Verify(jws));
        Assert.Equal((name, "eu-west-11", "JWS"), (jws.Algorithm, jws.KeyId, jws.Type));
        Assert.Equal(Forge.Payload, Encoding.UTF8.GetString(jws.Payload.Span));
        Assert.Equal(algorithm.SignatureLength ?? 256, jws.Signature.Length);
        foreach (var other in JwsAlgorithm.AllNames.Where(n => n != name))
        {
            Assert.False(found.Verify(JwsAlgorithm.Find(other)!, jws.SigningInput.Span, jws.Signature.Span));
        }
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Exported_key_is_the_same_key_again(string name)
    {
        var algorithm = JwsAlgorithm.Find(name)!;
        using var key = SigningKey.Generate(algorithm, "a");
        using var copy = SigningKey.Import(algorithm, "a", key.ExportPkcs8());

        Assert.Equal(PublicJwk(key), PublicJwk(copy));
        Assert.Null(Jws.TryParse(copy.Sign("{}"u8), out var jws, allowJwsType: true));
        Assert.True(Published(key).Keys[0].Verify(jws!));
    }

    [Fact]
    public void Header_has_the_members_of_the_real_service_in_its_order()
    {
        using var key = SigningKey.Generate(JwsAlgorithm.RS512, "eu-west-11");

        var header = key.Sign("{}"u8).Split('.')[0];

        Assert.Equal(Forge.Encode("""{"kid":"eu-west-11","typ":"JWS","alg":"RS512"}"""), header);
    }

    [Fact]
    public void Public_key_has_the_members_of_the_real_service_in_its_order_and_nothing_private()
    {
        using var rsa = SigningKey.Generate(JwsAlgorithm.RS512, "a");
        using var ec = SigningKey.Generate(JwsAlgorithm.ES256, "b");

        Assert.Matches("""^\{"kty":"RSA","alg":"RS512","use":"sig","kid":"a","n":"[\w-]{342}","e":"AQAB"\}$""", PublicJwk(rsa));
        Assert.Matches(
            """^\{"kty":"EC","alg":"ES256","use":"sig","kid":"b","crv":"P-256","x":"[\w-]{43}","y":"[\w-]{43}"\}$""", PublicJwk(ec));
    }

    [Fact]
    public void Key_of_another_type_curve_or_size_is_not_imported()
    {
        using var small = RSA.Create(1024);
        var rsa = Forge.Rsa.ExportPkcs8PrivateKey();
        var p384 = Forge.P384.ExportPkcs8PrivateKey();

        Assert.ThrowsAny<CryptographicException>(() => SigningKey.Import(JwsAlgorithm.ES256, "a", rsa));
        Assert.ThrowsAny<CryptographicException>(() => SigningKey.Import(JwsAlgorithm.RS256, "a", p384));
        Assert.ThrowsAny<CryptographicException>(() => SigningKey.Import(JwsAlgorithm.ES256, "a", p384));
        Assert.ThrowsAny<CryptographicException>(() => SigningKey.Import(JwsAlgorithm.RS256, "a", small.ExportPkcs8PrivateKey()));
        Assert.ThrowsAny<CryptographicException>(() => SigningKey.Import(JwsAlgorithm.RS256, "a", [.. rsa, 0]));
        Assert.ThrowsAny<CryptographicException>(() => SigningKey.Import(JwsAlgorithm.RS256, "a", rsa.AsSpan(..^1)));
        Assert.ThrowsAny<CryptographicException>(() => SigningKey.Import(JwsAlgorithm.RS256, "a", []));
    }

    [Fact]
    public void TrySign_writes_exactly_the_announced_length_or_nothing()
    {
        foreach (var algorithm in new[] { JwsAlgorithm.RS256, JwsAlgorithm.ES512 })
        {
            using var key = SigningKey.Generate(algorithm, "a");
            for (var length = 0; length < 7; length++)
            {
                var payload = new byte[length];
                var destination = new byte[key.TokenLength(length)];

                Assert.True(key.TrySign(payload, destination, out var written));
                Assert.Equal(destination.Length, written);
                Assert.Equal(destination.Length, key.Sign(payload).Length);
                Assert.False(key.TrySign(payload, destination.AsSpan(1), out written));
                Assert.Equal(0, written);
            }
        }
    }

    [Fact]
    public async Task One_key_signs_and_verifies_on_many_threads_at_once()
    {
        foreach (var algorithm in new[] { JwsAlgorithm.RS256, JwsAlgorithm.ES256 })
        {
            using var key = SigningKey.Generate(algorithm, "a");
            var published = Published(key).Keys[0];

            await Parallel.ForAsync(0, 200, (i, _) =>
            {
                Assert.Null(Jws.TryParse(key.Sign(Encoding.ASCII.GetBytes($$"""{"i":{{i}}}""")), out var jws, allowJwsType: true));
                Assert.True(published.Verify(jws!));
                return ValueTask.CompletedTask;
            });
        }
    }

    [Fact]
    public void Kid_that_needs_escapes_survives()
    {
        using var key = SigningKey.Generate(JwsAlgorithm.ES256, "a\"\\\u00e9");

        Assert.Null(Jws.TryParse(key.Sign("{}"u8), out var jws, allowJwsType: true));
        Assert.Equal("a\"\\\u00e9", jws!.KeyId);
        Assert.IsType<KeyChoice.Found>(Published(key).Choose("ES256", jws.KeyId));
    }

    private static string PublicJwk(SigningKey key)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            key.WritePublicJwk(writer);
        }

        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    private static JwkSet Published(SigningKey key) => Forge.SetOf(PublicJwk(key));
}
