using System.Text;
using FederatedIdentity.Jose;

namespace FederatedIdentity.UnitTests.Jose;

public sealed class RfcVectorTests
{
    [Theory]
    [InlineData(RfcVectors.A2Token, RfcVectors.A2Key)]
    [InlineData(RfcVectors.A3Token, RfcVectors.A3Key)]
    public void RFC_7515_A2_and_A3_verify(string token, string key)
    {
        var set = Forge.SetOf(key);

        Assert.True(Forge.Opens(token, set));
        Assert.Null(Jws.TryParse(token, out var jws));
        Assert.Equal("joe", jws!.Claims.GetProperty("iss").GetString());
        Assert.Equal(1300819380, jws.Claims.GetProperty("exp").GetInt64());
    }

    [Fact]
    public void RFC_7515_A4_verifies_although_its_payload_is_no_JSON_and_no_token_for_us()
    {
        Assert.Equal(JwsFault.PayloadNotJsonObject, Forge.FaultOf(RfcVectors.A4Token));
        Assert.Null(Jws.TryParseAnyPayload(RfcVectors.A4Token, out var jws));
        Assert.Equal("Payload"u8, jws!.Payload.Span);
        Assert.True(Forge.SetOf(RfcVectors.A4Key).Keys[0].Verify(jws));
    }

    [Fact]
    public void RFC_7515_A5_unsecured_token_is_refused()
    {
        Assert.NotNull(Forge.FaultOf(RfcVectors.A5Token));
    }

    [Fact]
    public void RFC_7517_A1_set_has_one_key_for_signatures()
    {
        var set = JwkSet.TryParse(Encoding.UTF8.GetBytes(RfcVectors.PublicKeySet), out _)!;

        var key = Assert.Single(set.Keys);
        Assert.Equal(("2011-04-29", "RS256", "RSA"), (key.KeyId, key.Algorithm, key.KeyType));
        Assert.Equal([new SkippedKey("1", SkipReason.NotForVerifying)], set.Skipped);
    }

    [Fact]
    public void RFC_7517_A1_keys_are_both_usable_without_the_restriction_to_encryption()
    {
        var json = RfcVectors.PublicKeySet.Replace("\"use\":\"enc\"", "\"use\":\"sig\"", StringComparison.Ordinal);

        Assert.Equal(["EC", "RSA"], JwkSet.TryParse(Encoding.UTF8.GetBytes(json), out _)!.Keys.Select(k => k.KeyType));
    }

    [Theory]
    [InlineData(RfcVectors.Cookbook41Token, "RS256")]
    [InlineData(RfcVectors.Cookbook42Token, "PS384")]
    [InlineData(RfcVectors.Cookbook43Token, "ES512")]
    public void RFC_7520_signatures_verify_and_only_under_their_own_algorithm(string token, string algorithm)
    {
        var set = JwkSet.TryParse(Encoding.UTF8.GetBytes(RfcVectors.CookbookKeys), out _)!;
        Assert.Null(Jws.TryParseAnyPayload(token, out var jws));
        Assert.Equal((algorithm, RfcVectors.CookbookKeyId), (jws!.Algorithm, jws.KeyId));

        var found = Assert.IsType<KeyChoice.Found>(set.Choose(jws.Algorithm, jws.KeyId));

        Assert.True(found.Key.Verify(jws));
        foreach (var name in JwsAlgorithm.AllNames.Where(n => n != algorithm))
        {
            Assert.All(set.Keys, key => Assert.False(key.Verify(JwsAlgorithm.Find(name)!, jws.SigningInput.Span, jws.Signature.Span)));
        }
    }
}
