using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FederatedIdentity.Domain.Logins;

namespace FederatedIdentity.UnitTests.Providers;

public abstract partial class ProviderConformance
{
    private static readonly Dictionary<string, Func<ProviderConformance, string>> NotTokens = new()
    {
        ["J01_empty"] = _ => "",
        ["J02_too_long"] = t => t.Good + new string('A', 50_001 - t.Good.Length),
        ["J03_one_part"] = t => t.Parts[0],
        ["J03_two_parts"] = t => t.Parts[0] + "." + t.Parts[1],
        ["J03_four_parts"] = t => t.Good + ".AAAA",
        ["J03_leading_dot"] = t => "." + t.Good,
        ["J03_trailing_dot"] = t => t.Good + ".",
        ["J04_encrypted"] = t => t.Good + ".AAAA.AAAA",
        ["J05_flattened_json"] = t => new JsonObject
        {
            ["protected"] = t.Parts[0], ["payload"] = t.Parts[1], ["signature"] = t.Parts[2],
        }.ToJsonString(),
        ["J05_general_json"] = t => new JsonObject
        {
            ["payload"] = t.Parts[1],
            ["signatures"] = new JsonArray(new JsonObject { ["protected"] = t.Parts[0], ["signature"] = t.Parts[2] }),
        }.ToJsonString(),
        ["J06_none_without_signature"] = t => MintKey.Encode("""{"alg":"none"}""") + "." + t.Parts[1] + ".",
        ["J07_alg_empty"] = t => t.Signed("""{"alg":"","kid":"k1"}"""),
        ["J07_alg_missing"] = t => t.Signed("""{"kid":"k1"}"""),
        ["J07_alg_null"] = t => t.Signed("""{"alg":null,"kid":"k1"}"""),
        ["J07_alg_number"] = t => t.Signed("""{"alg":256,"kid":"k1"}"""),
        ["J07_alg_array"] = t => t.Signed("""{"alg":["RS256"],"kid":"k1"}"""),
        ["J16_kid_10kB"] = t => t.Signed($$"""{"alg":"RS256","kid":"{{new string('k', 10_000)}}"}"""),
        ["J17_kid_number"] = t => t.Signed("""{"alg":"RS256","kid":1}"""),
        ["J17_kid_null"] = t => t.Signed("""{"alg":"RS256","kid":null}"""),
        ["J17_kid_object"] = t => t.Signed("""{"alg":"RS256","kid":{"k1":1}}"""),
        ["J17_kid_array"] = t => t.Signed("""{"alg":"RS256","kid":["k1"]}"""),
        ["J19_crit_unknown"] = t => t.Signed("""{"alg":"RS256","kid":"k1","crit":["x"],"x":1}"""),
        ["J19_crit_empty"] = t => t.Signed("""{"alg":"RS256","kid":"k1","crit":[]}"""),
        ["J19_crit_text"] = t => t.Signed("""{"alg":"RS256","kid":"k1","crit":"exp"}"""),
        ["J19_crit_standard_name"] = t => t.Signed("""{"alg":"RS256","kid":"k1","crit":["kid"]}"""),
        ["J19_b64_false"] = t => t.Signed("""{"alg":"RS256","kid":"k1","crit":["b64"],"b64":false}"""),
        ["J20_zip"] = t => t.Signed("""{"alg":"RS256","kid":"k1","zip":"DEF"}"""),
        ["J21_alg_twice"] = t => t.Signed("""{"alg":"none","alg":"RS256","kid":"k1"}"""),
        ["J21_alg_twice_other_order"] = t => t.Signed("""{"alg":"RS256","kid":"k1","alg":"none"}"""),
        ["J21_alg_twice_escaped"] = t => t.Signed("""{"alg":"RS256","kid":"k1","al\u0067":"none"}"""),
        ["J22_sub_twice"] = t => t.WithPayload(json => json.Insert(1, "\"sub\":\"admin\",")),
        ["J22_aud_twice"] = t => t.WithPayload(json => json.Insert(1, "\"aud\":\"other\",")),
        ["J22_iss_twice"] = t => t.WithPayload(json => json.Insert(1, "\"iss\":\"other\",")),
        ["J22_exp_twice"] = t => t.WithPayload(json => json.Insert(1, "\"exp\":1,")),
        ["J22_sub_twice_escaped"] = t => t.WithPayload(json => json.Insert(1, "\"su\\u0062\":\"admin\",")),
        ["J23_header_array"] = t => t.Signed("[]"),
        ["J23_header_string"] = t => t.Signed("\"RS256\""),
        ["J23_header_number"] = t => t.Signed("1"),
        ["J23_header_null"] = t => t.Signed("null"),
        ["J23_header_with_BOM"] = t => t.Signed("\uFEFF" + t.Key.Header().ToJsonString()),
        ["J23_header_with_trailing_garbage"] = t => t.Signed(t.Key.Header().ToJsonString() + "x"),
        ["J23_header_1000_deep"] = t => t.Signed("""{"alg":"RS256","x":""" + new string('[', 1000) + new string(']', 1000) + "}"),
        ["J24_payload_array"] = t => t.WithPayload(json => "[" + json + "]"),
        ["J24_payload_empty_text"] = t => t.WithPayload(_ => " "),
        ["J24_payload_not_json"] = t => t.WithPayload(_ => "hello"),
        ["J24_payload_trailing_garbage"] = t => t.WithPayload(json => json + "{}"),
        ["J24_lone_surrogate"] = t => t.WithPayload(json => json.Replace("user-1", "\\ud800", StringComparison.Ordinal)),
        ["J24_invalid_UTF8"] = t => t.Parts[0] + "." + MintKey.Encode([.. "{\""u8, 0xFF, .. "\":1}"u8]) + ".AAAA",
        ["J25_padding"] = t => t.Good + "=",
        ["J25_double_padding"] = t => t.Good + "==",
        ["J25_space"] = t => t.Good.Insert(10, " "),
        ["J25_newline"] = t => t.Good + "\n",
        ["J25_tab"] = t => t.Good.Insert(10, "\t"),
        ["J25_plus"] = t => t.Good[..^2] + "+A",
        ["J25_slash"] = t => t.Good[..^2] + "/A",
        ["J25_percent"] = t => t.Good[..^3] + "%2B",
        ["J25_other_digits"] = t => t.Good[..^1] + "\u0661",
        ["J26_trailing_bits_in_header"] = t => t.Spoil(0),
        ["J26_trailing_bits_in_payload"] = t => t.Spoil(1),
        ["J26_trailing_bits_in_signature"] = t => t.Spoil(2),
        ["J27_signature_empty"] = t => t.Parts[0] + "." + t.Parts[1] + ".",
        ["J34_access_token"] = t => t.Signed("""{"alg":"RS256","kid":"k1","typ":"at+jwt"}"""),
        ["J34_logout_token"] = t => t.Signed("""{"alg":"RS256","kid":"k1","typ":"logout+jwt"}"""),
        ["J34_security_event"] = t => t.Signed("""{"alg":"RS256","kid":"k1","typ":"secevent+jwt"}"""),
        ["J34_proof"] = t => t.Signed("""{"alg":"RS256","kid":"k1","typ":"dpop+jwt"}"""),
        ["J34_entity_statement"] = t => t.Signed("""{"alg":"RS256","kid":"k1","typ":"entity-statement+jwt"}"""),
        ["J34_identity_pool_type"] = t => t.Signed("""{"alg":"RS256","kid":"k1","typ":"JWS"}"""),
        ["J34_number"] = t => t.Signed("""{"alg":"RS256","kid":"k1","typ":1}"""),
        ["J35_nested"] = t => t.Key.Token("""{"alg":"RS256","kid":"k1","cty":"JWT"}""", t.Good),
    };

    private static readonly Dictionary<string, Func<ProviderConformance, string>> ForbiddenAlgorithms = new()
    {
        ["J06_none"] = t => t.Signed("""{"alg":"none"}"""),
        ["J07_None"] = t => t.Signed("""{"alg":"None","kid":"k1"}"""),
        ["J07_NONE"] = t => t.Signed("""{"alg":"NONE","kid":"k1"}"""),
        ["J07_nOnE"] = t => t.Signed("""{"alg":"nOnE","kid":"k1"}"""),
        ["J07_none_and_a_space"] = t => t.Signed("""{"alg":"none ","kid":"k1"}"""),
        ["J08_none_with_the_genuine_signature"] = t =>
            MintKey.Encode("""{"alg":"none","kid":"k1"}""") + "." + t.Parts[1] + "." + t.Parts[2],
        ["J09_keyed_with_PEM"] = t => t.Hmac(Encoding.ASCII.GetBytes(t.PublicKey.ExportSubjectPublicKeyInfoPem())),
        ["J09_keyed_with_PEM_and_newline"] = t => t.Hmac(Encoding.ASCII.GetBytes(t.PublicKey.ExportSubjectPublicKeyInfoPem() + "\n")),
        ["J09_keyed_with_SPKI"] = t => t.Hmac(t.PublicKey.ExportSubjectPublicKeyInfo()),
        ["J09_keyed_with_PKCS1"] = t => t.Hmac(t.PublicKey.ExportRSAPublicKey()),
        ["J09_keyed_with_modulus"] = t => t.Hmac(t.PublicKey.ExportParameters(false).Modulus!),
        ["J09_keyed_with_JWK"] = t => t.Hmac(Encoding.UTF8.GetBytes(t.Key.Jwk().ToJsonString())),
        ["J10_keyed_with_EC_key"] = t => t.Hmac(MintKey.Ec().Key.ExportSubjectPublicKeyInfo()),
        ["J11_keyed_with_client_secret"] = t => t.Hmac(Encoding.ASCII.GetBytes(new string('s', 64))),
        ["J15_kid_is_dev_null"] = t => t.Hmac([], "../../../../dev/null"),
        ["J15_kid_is_a_known_file"] = t => t.Hmac("2\n"u8.ToArray(), "/proc/sys/kernel/randomize_va_space"),
        ["J07_lower_case"] = t => t.Signed("""{"alg":"rs256","kid":"k1"}"""),
        ["J07_EdDSA"] = t => t.Signed("""{"alg":"EdDSA","kid":"k1"}"""),
        ["J07_Ed25519"] = t => t.Signed("""{"alg":"Ed25519","kid":"k1"}"""),
        ["J07_ES256K"] = t => t.Signed("""{"alg":"ES256K","kid":"k1"}"""),
    };

    private static readonly Dictionary<string, Func<ProviderConformance, string>> Forgeries = new()
    {
        ["J12_key_in_the_header"] = t => t.Forged(header => header["jwk"] = MintKey.OtherRsa().Jwk()),
        ["J12_key_in_the_header_under_the_real_kid"] =
            t => t.Forged(header => (header["jwk"], header["kid"]) = (MintKey.OtherRsa("k1").Jwk(), "k1")),
        ["J13_jku"] = t => t.Forged(header => header["jku"] = t.Rig.Stub.Url + "/attacker"),
        ["J14_x5u"] = t => t.Forged(header => header["x5u"] = t.Rig.Stub.Url + "/attacker"),
        ["J14_x5c"] = t => t.Forged(header => header["x5c"] = new JsonArray("MIIB")),
        ["J14_x5t"] = t => t.Forged(header => header["x5t"] = "AAAA"),
        ["J16_SQL"] = t => t.Forged(header => header["kid"] = "' UNION SELECT 'k"),
        ["J16_LDAP"] = t => t.Forged(header => header["kid"] = "*)(uid=*"),
        ["J16_shell"] = t => t.Forged(header => header["kid"] = ";id"),
        ["J16_template"] = t => t.Forged(header => header["kid"] = "{{7*7}}${7*7}"),
        ["J16_line_break"] = t => t.Forged(header => header["kid"] = "k1\r\nX: y"),
        ["J16_NUL"] = t => t.Forged(header => header["kid"] = "k1\0"),
        ["J16_proto"] = t => t.Forged(header => header["kid"] = "__proto__"),
        ["J18_kid_in_other_case"] = t => t.Signed("""{"alg":"RS256","kid":"K1"}"""),
        ["J18_kid_in_full_width"] = t => t.Signed("""{"alg":"RS256","kid":"\uFF4B1"}"""),
        ["J27_one_byte"] = t => t.WithSignature(_ => [1]),
        ["J27_last_byte_flipped"] = t => t.WithSignature(bytes => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)]),
        ["J27_truncated"] = t => t.WithSignature(bytes => bytes[..^1]),
        ["J27_zero_prepended"] = t => t.WithSignature(bytes => [0, .. bytes]),
        ["J27_zero_appended"] = t => t.WithSignature(bytes => [.. bytes, 0]),
        ["J28_all_zero"] = t => t.Ec(_ => new byte[64]),
        ["J28_r_0_s_1"] = t => t.Ec(_ => [.. new byte[63], 1]),
        ["J29_DER"] = t => t.Ec(input => ((ECDsa)MintKey.Ec().Key).SignData(
            Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
        ["J30_RS256_with_an_EC_key"] = t => t.Signed("""{"alg":"RS256","kid":"e1"}"""),
        ["J30_PS256_for_a_key_of_RS256"] = t => MintKey.Rsa("k1", "PS256").Token(t.Claims()),
        ["J30_ES512_with_P256"] = t => MintKey.Ec().Token("""{"alg":"ES512","kid":"e1"}""", t.Claims().ToJsonString()),
        ["J32_RS256_signature_under_PS256"] = t => t.Signed("""{"alg":"PS256","kid":"k1"}"""),
        ["J33_header_written_anew"] = t => MintKey.Encode("""{ "alg": "RS256", "kid": "k1" }""") + "." + t.Parts[1] + "." + t.Parts[2],
        ["J33_payload_written_anew"] = t => t.Parts[0] + "." + MintKey.Encode(" " + t.Claims().ToJsonString()) + "." + t.Parts[2],
    };

    public static TheoryData<string> NotTokenRows => [.. NotTokens.Keys];

    public static TheoryData<string> ForbiddenAlgorithmRows => [.. ForbiddenAlgorithms.Keys];

    public static TheoryData<string> ForgeryRows => [.. Forgeries.Keys];

    private string Good => Key.Token(Claims());

    private string[] Parts => Good.Split('.');

    private RSA PublicKey => (RSA)Key.Key;

    [Theory]
    [MemberData(nameof(NotTokenRows))]
    public async Task What_is_no_ID_token_is_refused_without_a_call(string row)
    {
        Refused(LoginSentences.NotAnIdToken, await VerifyAsync(NotTokens[row](this)));
        Assert.Equal(0, Rig.Stub.Requests);
    }

    [Theory]
    [MemberData(nameof(ForbiddenAlgorithmRows))]
    public async Task A_forbidden_algorithm_is_refused_without_a_call(string row)
    {
        Refused(LoginSentences.Unverified, await VerifyAsync(ForbiddenAlgorithms[row](this)));
        Assert.Equal(0, Rig.Stub.Requests);
    }

    [Theory]
    [InlineData("EdDSA")]
    [InlineData("Ed25519")]
    public async Task J07_the_operator_is_told_why_an_EdDSA_token_is_refused(string alg)
    {
        var refused = await VerifyAsync(Signed($$"""{"alg":"{{alg}}","kid":"k1"}"""));

        Assert.Contains("EdDSA (Ed25519)", Assert.IsType<LoginVerdict.Rejected>(refused).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(ForgeryRows))]
    public async Task A_forgery_is_refused_by_the_providers_own_keys_alone(string row)
    {
        Rig.Stub.Published = [Key.Jwk(), MintKey.Ec().Jwk()];

        Refused(LoginSentences.Unverified, await VerifyAsync(Forgeries[row](this)));
        Assert.True(Rig.Stub.Requests <= 2, "Only discovery and keys may have been asked for, once.");
        Assert.DoesNotContain(Rig.Log.Lines, line => line.Text.Contains("k1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"alg":"RS256","kid":"k1"}""")]
    [InlineData("""{"alg":"RS256","kid":"k1","typ":"jwt"}""")]
    [InlineData("""{"alg":"RS256","kid":"k1","typ":"JWT"}""")]
    [InlineData("""{"alg":"RS256","kid":"k1","typ":"application/jwt"}""")]
    public async Task J36_a_missing_or_lower_case_typ_is_fine(string header) => Accepted(await VerifyAsync(Signed(header)));

    [Fact]
    public async Task J37_escaped_slashes_do_not_change_an_issuer()
    {
        var token = WithPayload(json => json.Replace("//", "\\/\\/", StringComparison.Ordinal));

        Accepted(await VerifyAsync(token));
    }

    private string Signed(string header) => Key.Token(header, Claims().ToJsonString());

    private string WithPayload(Func<string, string> change) => Key.Token(Key.Header().ToJsonString(), change(Claims().ToJsonString()));

    private string WithSignature(Func<byte[], byte[]> change)
    {
        var input = Parts[0] + "." + Parts[1];
        return input + "." + MintKey.Encode(change(Key.Sign(input)));
    }

    private string Ec(Func<string, byte[]> signature)
    {
        var input = MintKey.Encode("""{"alg":"ES256","kid":"e1"}""") + "." + Parts[1];
        return input + "." + MintKey.Encode(signature(input));
    }

    private string Hmac(byte[] secret, string kid = "k1")
    {
        var input = MintKey.Encode(new JsonObject { ["alg"] = "HS256", ["kid"] = kid }.ToJsonString()) + "." + Parts[1];
        return input + "." + MintKey.Encode(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(input)));
    }

    /// <summary>Signed by a key that the provider does not publish.</summary>
    private string Forged(Action<JsonObject> change)
    {
        var header = MintKey.OtherRsa("attacker").Header();
        change(header);
        return MintKey.OtherRsa().Token(header.ToJsonString(), Claims().ToJsonString());
    }

    /// <summary>The same bytes spelled with a last character whose unused bits are set, by padding the text until there are some.</summary>
    private string Spoil(int part)
    {
        var parts = part switch
        {
            0 => Enumerable.Range(0, 3).Select(n => Signed("""{"alg":"RS256","kid":"k1"}""" + new string(' ', n))),
            1 => Enumerable.Range(0, 3).Select(n => WithPayload(json => json + new string(' ', n))),
            _ => [Good],
        };
        var split = parts.Select(token => token.Split('.')).First(candidate => candidate[part].Length % 4 != 0);
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        split[part] = split[part][..^1] + Alphabet[Alphabet.IndexOf(split[part][^1], StringComparison.Ordinal) | 1];
        return string.Join('.', split);
    }
}
