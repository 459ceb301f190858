using System.Text.Json.Nodes;
using FederatedIdentity.Domain.Logins;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.UnitTests.Providers;

public abstract partial class IssuerKeysTests
{
    [Theory]
    [InlineData("K11_for_encryption", "use", "\"enc\"")]
    [InlineData("K11_without_verify", "key_ops", "[\"encrypt\"]")]
    [InlineData("K12_other_algorithm", "alg", "\"RS512\"")]
    [InlineData("K16_exponent_one", "e", "\"AQ\"")]
    [InlineData("K16_exponent_even", "e", "\"BA\"")]
    [InlineData("K16_short_modulus", "n", "\"AQAB\"")]
    [InlineData("K19_private_part", "d", "\"AQAB\"")]
    public async Task An_unusable_key_verifies_nothing_and_its_neighbour_does(string row, string member, string value)
    {
        var unusable = _old.Jwk();
        unusable[member] = JsonNode.Parse(value);
        _rig.Stub.Published = [unusable, _new.Jwk()];

        await RefusesAsync(_old);
        await AcceptsAsync(_new);
        Assert.Equal(row.StartsWith("K19", StringComparison.Ordinal), _rig.Log.Lines.Any(line => line.Level == LogLevel.Critical));
    }

    [Fact]
    public async Task K13_two_keys_with_one_id_are_ambiguous()
    {
        _rig.Stub.Published = [_old.Jwk(), MintKey.OtherRsa("k1").Jwk()];

        await RefusesAsync(_old);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task K14_a_token_without_key_id_needs_a_single_key(int published)
    {
        _rig.Stub.Published = published == 1 ? [_old.Jwk()] : [_old.Jwk(), _new.Jwk()];

        var verdict = await VerifyTokenAsync(_old.Token("""{"alg":"RS256"}""", Claims().ToJsonString()));

        Assert.Equal(published == 1, verdict is LoginVerdict.Verified);
    }

    [Fact]
    public async Task K15_a_published_secret_verifies_nothing()
    {
        _rig.Stub.Published = [new JsonObject { ["kty"] = "oct", ["kid"] = "s", ["k"] = "c2VjcmV0", ["alg"] = "HS256" }, _old.Jwk()];

        var verdict = await VerifyTokenAsync(_old.Token("""{"alg":"HS256","kid":"s"}""", Claims().ToJsonString()));

        Assert.Equal(LoginSentences.Unverified, Assert.IsType<LoginVerdict.Rejected>(verdict).Sentence);
    }

    [Theory]
    [InlineData("""{"kty":"EC","kid":"x","crv":"P-256","x":"AQ","y":"AQ"}""")]
    [InlineData("""{"kty":"EC","kid":"x","crv":"P-999","x":"AQ","y":"AQ"}""")]
    [InlineData("""{"kty":"AKP","kid":"x","alg":"ML-DSA-44","pub":"AQ"}""")]
    [InlineData("""{"kty":"made-up"}""")]
    [InlineData("""{"kty":"RSA","kid":"x","alg":"RS999","n":"AQ","e":"AQAB"}""")]
    public async Task K17_K18_decoys_do_not_spoil_a_set(string decoy)
    {
        _rig.Stub.Published = [(JsonObject)JsonNode.Parse(decoy)!, _old.Jwk()];

        await AcceptsAsync(_old);
    }

    [Fact]
    public async Task K18_the_operator_is_told_that_Ed25519_keys_are_of_no_use()
    {
        var ed25519 = JsonNode.Parse("""{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"ed"}""");
        _rig.Stub.Published = [(JsonObject)ed25519!, _old.Jwk()];

        await AcceptsAsync(_old);

        var line = Assert.Single(_rig.Log.Lines);
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Contains("Ed25519", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task K20_five_thousand_keys_cost_bounded_time()
    {
        _rig.Stub.Published = [.. Enumerable.Range(0, 5000).Select(i => new JsonObject { ["kty"] = "oct", ["kid"] = i, ["k"] = "AQ" })];

        await RefusesAsync(_old);
    }
}
